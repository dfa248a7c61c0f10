import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { checkOptions } from '../options.js';
import type { Codec, CodecTransform, EncodedValue } from '../types.js';
import { type EncryptionKey, KEY_ID_BYTES, readKeys } from './encryption-keys.js';
import {
  bytesOf,
  corrupt,
  encodingByte,
  joined,
  markEncrypting,
  payloadOf,
  SEAL,
  sealedBytes,
  unreadable,
} from './sealed.js';

export interface EncryptOptions {
  /**
   * 32 random bytes each. The first encrypts, all of them decrypt: a new key is put in front of the old one, which is
   * dropped when what it encrypted has expired. One key is good for 2^32 writes, in all processes together (NIST SP
   * 800-38D, section 8.3).
   */
  keys: readonly (Uint8Array | KeyObject)[];
}

const CIPHER = 'aes-256-gcm';
const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seal, format, encoding, key id, nonce. All of it is authenticated. */
const KEY_ID_AT = 3;
const NONCE_AT = KEY_ID_AT + KEY_ID_BYTES;
const HEADER_BYTES = NONCE_AT + NONCE_BYTES;

/**
 * Values are stored encrypted and authenticated, by AES-256-GCM with a random nonce, each bound to its entry's key. What is
 * not encrypted, or by a key that is not in the list, is a miss and stays; what was changed, or moved to another key, is a
 * miss and removed. Keys, tags, dates and sizes of entries stay readable.
 * @throws CacheError `CACHE_INVALID_CONFIG`
 */
export function encrypt(options: EncryptOptions): CodecTransform {
  // Not by a rule: its message would show what was found, a key perhaps.
  checkOptions('encrypt', options, { keys: () => undefined });
  const keys = readKeys(options.keys);
  const byId = new Map(keys.map((key) => [key.id.toString('hex'), key]));

  return (inner: Codec): Codec =>
    markEncrypting({
      encode(value, _isUsedAtOnce, key) {
        // The bytes are read here and now, whenever the store writes them.
        return seal(inner.encode(value, true, key), keys[0] as EncryptionKey, key);
      },

      decode(payload, _isLast, key) {
        const sealed = sealedBytes(payload, SEAL.encrypted);
        if (sealed === undefined) throw unreadable('is not encrypted, and this cache reads only what is');
        return inner.decode(open(sealed, byId, key), true, key);
      },

      sizeOf: (payload) => inner.sizeOf(payload),
    });
}

function seal(payload: EncodedValue, { id, secret }: EncryptionKey, key: string | undefined): EncodedValue {
  const bytes = bytesOf(payload);
  const nonce = randomBytes(NONCE_BYTES);
  const header = Buffer.concat([Buffer.of(SEAL.encrypted, FORMAT, encodingByte(payload.encoding)), id, nonce]);
  const cipher = createCipheriv(CIPHER, secret, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(authenticated(header, key));
  return { encoding: 'sealed', data: joined(header, cipher.update(bytes), cipher.final(), cipher.getAuthTag()) };
}

function open(sealed: Buffer, keys: ReadonlyMap<string, EncryptionKey>, key: string | undefined): EncodedValue {
  if (sealed.byteLength < HEADER_BYTES + TAG_BYTES) throw corrupt('is cut');
  if (sealed[1] !== FORMAT) throw unreadable('is encrypted in a format that this version does not know');
  const id = sealed.toString('hex', KEY_ID_AT, NONCE_AT);
  const known = keys.get(id);
  if (known === undefined) throw unreadable(`is encrypted by the key with the id ${id}, which is not in the list`);
  const header = sealed.subarray(0, HEADER_BYTES);
  const tagAt = sealed.byteLength - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, known.secret, sealed.subarray(NONCE_AT, HEADER_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(authenticated(header, key));
  decipher.setAuthTag(sealed.subarray(tagAt));
  let bytes: Buffer;
  try {
    bytes = Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES, tagAt)), decipher.final()]);
  } catch {
    throw corrupt('was changed since it was encrypted, or belongs to another key');
  }
  return payloadOf(sealed[2], bytes);
}

/** The header has one length: what follows it can't be taken for a part of it. */
function authenticated(header: Buffer, key = ''): Buffer {
  return Buffer.concat([header, Buffer.from(key)]);
}
