import { CacheError } from './errors.js';
import { decodeTagged, encodeTagged, hasEscapedKey } from './tagged-json.js';
import type { Codec, EncodedValue } from './types.js';
import { kindOf, MAX_VALUE_DEPTH, refuseSymbolKeys, sparseIndicesOf, tooDeep, unserializable } from './value-kind.js';

/**
 * The codec of backends that store text or bytes. JSON values stay plain JSON, so that other tools can read them; other
 * types, and objects with keys that `JSON.parse` confuses, are JSON with tags; a `Uint8Array` or `Buffer` stays bytes.
 */
export const valueCodec: Codec<EncodedValue> = {
  encode(value) {
    const encoding = bytesEncoding(value);
    if (encoding !== undefined) return { encoding, data: new Uint8Array(value as Uint8Array) };
    if (isPlainJson(value, 0)) {
      const data = JSON.stringify(value);
      // Looking for a backslash costs next to nothing, and most values have none.
      if (!data.includes('\\') || !hasEscapedKey(value)) return { encoding: 'json', data };
    }
    return { encoding: 'tagged', data: JSON.stringify(encodeTagged(value)) };
  },

  decode({ encoding, data }) {
    if (typeof data === 'string') {
      if (encoding === 'json') return JSON.parse(data);
      if (encoding === 'tagged') return decodeTagged(JSON.parse(data));
    } else {
      if (encoding === 'uint8array') return new Uint8Array(data);
      if (encoding === 'buffer') return Buffer.from(data);
    }
    if (encoding === 'sealed') {
      throw new CacheError(
        'CACHE_UNREADABLE_ENTRY',
        'the entry is compressed or encrypted; allowed is a cache with the transforms that it was written with',
      );
    }
    throw new CacheError('CACHE_CORRUPT_ENTRY', `the payload is ${typeof data} with the encoding ${String(encoding)}`);
  },

  sizeOf({ data }) {
    return typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
  },
};

/**
 * How a value is stored that stays bytes; `undefined` for any other.
 * @throws CacheError `CACHE_UNSERIALIZABLE` for bytes that would not come back as what they are
 */
export function bytesEncoding(value: unknown): 'uint8array' | 'buffer' | undefined {
  if (!(value instanceof Uint8Array)) return undefined;
  if (kindOf(value) === 'buffer') return 'buffer';
  return Object.prototype.toString.call(value) === '[object Uint8Array]' ? 'uint8array' : undefined;
}

/**
 * Whether `JSON.parse(JSON.stringify(value))` is equal to `value`. One walk also finds what can't be stored at all.
 * @throws CacheError `CACHE_UNSERIALIZABLE`
 */
function isPlainJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      return value === null || isPlainJsonObject(value, depth);
    case 'function':
    case 'symbol':
      throw unserializable(`a ${typeof value}`);
    default:
      return false;
  }
}

function isPlainJsonObject(value: object, depth: number): boolean {
  if (depth >= MAX_VALUE_DEPTH) throw tooDeep();
  const kind = kindOf(value);
  // No early return below: what can't be stored must be found wherever it is, before anything is written.
  if (kind === 'object') {
    refuseSymbolKeys(value);
    const record = value as Record<string, unknown>;
    // `JSON.stringify` would call it; one that can be listed is found below, and refused.
    let plain = typeof record.toJSON !== 'function';
    for (const key in record) {
      if (Object.hasOwn(record, key) && !isPlainJson(record[key], depth + 1)) plain = false;
    }
    return plain;
  }
  if (kind !== 'array') return false;
  const items = value as readonly unknown[];
  if (sparseIndicesOf(items) !== undefined) return false;
  let plain = true;
  for (let index = 0; index < items.length; index++) if (!isPlainJson(items[index], depth + 1)) plain = false;
  return plain;
}
