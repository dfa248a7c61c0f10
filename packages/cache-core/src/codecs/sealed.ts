import { CacheError } from '../errors.js';
import type { Codec, EncodedValue, ValueEncoding } from '../types.js';

/** The first byte of what a transform made. */
export const SEAL = { compressed: 0x43, encrypted: 0x45 } as const;
export type Seal = (typeof SEAL)[keyof typeof SEAL];

/** How the payload inside is written, as one byte. Any two differ in two bits: a flipped one makes none of the others. */
const ENCODING_BYTES: Readonly<Record<ValueEncoding, number>> = {
  json: 0,
  tagged: 0b0011,
  uint8array: 0b0101,
  buffer: 0b0110,
  sealed: 0b1001,
};
const ENCODINGS = new Map(Object.entries(ENCODING_BYTES).map(([name, byte]) => [byte, name as ValueEncoding]));

/** What is sealed in this way, `undefined` for any other payload. */
export function sealedBytes({ encoding, data }: EncodedValue, seal: Seal): Buffer | undefined {
  if (encoding !== 'sealed' || typeof data === 'string' || data[0] !== seal) return undefined;
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

export function encodingByte(encoding: ValueEncoding): number {
  return ENCODING_BYTES[encoding];
}

/**
 * The bytes of a payload, text as UTF-8. For use at once: bytes are not copied.
 * @throws CacheError `CACHE_INVALID_CONFIG` for what a backend with a codec of its own makes of values
 */
export function bytesOf(payload: EncodedValue): Buffer {
  const { encoding, data }: { encoding: unknown; data?: unknown } = payload;
  if (typeof encoding === 'string' && Object.hasOwn(ENCODING_BYTES, encoding)) {
    if (typeof data === 'string') return Buffer.from(data);
    if (data instanceof Uint8Array) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  }
  throw new CacheError(
    'CACHE_INVALID_CONFIG',
    'this cache keeps no encoded values: transforms can do nothing with them',
  );
}

/** The payload that {@link bytesOf} made the bytes of. They become part of it. @throws CacheError `CACHE_CORRUPT_ENTRY` */
export function payloadOf(encodingByte: number | undefined, bytes: Buffer): EncodedValue {
  const encoding = ENCODINGS.get(encodingByte ?? -1);
  if (encoding === undefined) throw corrupt('names an encoding that does not exist');
  return { encoding, data: encoding === 'json' || encoding === 'tagged' ? bytes.toString('utf8') : bytes };
}

/** The parts in memory of their own: of a small `Buffer.concat` a store would keep a pool of kilobytes alive. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}

export function corrupt(what: string): CacheError {
  return new CacheError('CACHE_CORRUPT_ENTRY', `the sealed entry ${what}`);
}

/** For what other caches may be able to read. */
export function unreadable(what: string): CacheError {
  return new CacheError('CACHE_UNREADABLE_ENTRY', `the entry ${what}`);
}

const encrypting = new WeakSet<Codec>();

export function markEncrypting(codec: Codec): Codec {
  encrypting.add(codec);
  return codec;
}

export function isEncrypting(codec: Codec): boolean {
  return encrypting.has(codec);
}
