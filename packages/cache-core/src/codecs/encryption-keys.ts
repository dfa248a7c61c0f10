import { createHmac, createSecretKey, KeyObject } from 'node:crypto';
import { types } from 'node:util';
import { CacheError } from '../errors.js';

export const KEY_ID_BYTES = 8;
const KEY_BYTES = 32;
const ALLOWED = '32 random bytes, as a Buffer, a Uint8Array or a secret KeyObject';

export interface EncryptionKey {
  /** Tells keys apart in what is stored: computed from the key, from which nothing else about it can be learnt. */
  readonly id: Buffer;
  readonly secret: KeyObject;
}

/** No message shows anything of a key. @throws CacheError `CACHE_INVALID_CONFIG` */
export function readKeys(keys: unknown): EncryptionKey[] {
  if (!Array.isArray(keys) || keys.length === 0) {
    const found = Array.isArray(keys) ? 'an empty array' : `of type ${typeof keys}`;
    throw new CacheError('CACHE_INVALID_CONFIG', `encrypt: keys is ${found}; allowed is an array of keys: ${ALLOWED}`);
  }
  return keys.map((key: unknown, index) => {
    const secret = secretOf(key);
    if (typeof secret !== 'string') return { id: keyId(secret), secret };
    throw new CacheError('CACHE_INVALID_CONFIG', `encrypt: keys[${index}] is ${secret}; allowed is ${ALLOWED}`);
  });
}

/** A key that a later change of the caller's bytes does not reach, or what is wrong with it. */
function secretOf(key: unknown): KeyObject | string {
  if (key instanceof KeyObject) {
    if (key.type !== 'secret') return `a ${key.type} key`;
    return key.symmetricKeySize === KEY_BYTES ? key : `a key of ${key.symmetricKeySize} bytes`;
  }
  if (!types.isUint8Array(key)) return key === null ? 'null' : `of type ${typeof key}`;
  return key.byteLength === KEY_BYTES ? createSecretKey(key) : `${key.byteLength} bytes`;
}

function keyId(secret: KeyObject): Buffer {
  return createHmac('sha256', secret).update('glovebox-cache key id').digest().subarray(0, KEY_ID_BYTES);
}
