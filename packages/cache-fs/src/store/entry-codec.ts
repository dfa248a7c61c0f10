import { bytesEncoding, type Codec, type EncodedValue, type StoredEntry, valueCodec } from '@glovebox/cache-core';
import { KeptPayload } from './kept-payload.js';
import { type StoredPayload, UnreadBytes } from './stored-payload.js';

/** The caller's own bytes, which are what was stored for as long as the caller's code does not go on. */
class BorrowedBytes implements EncodedValue {
  readonly encoding: 'uint8array' | 'buffer';
  readonly data: Uint8Array;

  constructor(encoding: 'uint8array' | 'buffer', data: Uint8Array) {
    this.encoding = encoding;
    this.data = data;
  }
}

/** Of payloads that were decoded before and may be again, as by each that waits for one flight: to copy is faster than to parse. */
const decodedBefore = new WeakMap<EncodedValue, KeptPayload>();

/** The codec of core, without the copies that a store of files has no need of. */
export const entryCodec: Codec<StoredPayload> = {
  encode(value, isUsedAtOnce) {
    const encoding = isUsedAtOnce ? bytesEncoding(value) : undefined;
    if (encoding === undefined) return valueCodec.encode(value);
    const bytes = value as Uint8Array;
    // Of shared memory another thread may change what was checked, before it is written.
    return bytes.buffer instanceof ArrayBuffer ? new BorrowedBytes(encoding, bytes) : valueCodec.encode(value);
  },

  decode(payload, isLast) {
    if (payload instanceof UnreadBytes) throw new TypeError('the bytes were not read');
    if (payload instanceof KeptPayload) return payload.copy();
    if (isLast) return wholeBuffer(payload) ?? valueCodec.decode(payload);
    const kept = decodedBefore.get(payload);
    if (kept !== undefined) return kept.copy();
    decodedBefore.set(payload, new KeptPayload(payload));
    return valueCodec.decode(payload);
  },

  sizeOf: (payload) => (payload instanceof UnreadBytes ? payload.sizeBytes : valueCodec.sizeOf(payload)),
};

/** The payload with bytes that nobody else can change: to be called before a write that is not done at once. */
export function ownPayload<P extends StoredPayload>(payload: P): P | EncodedValue {
  if (!(payload instanceof BorrowedBytes)) return payload;
  return { encoding: payload.encoding, data: new Uint8Array(payload.data) };
}

/** As {@link ownPayload}, for an entry. */
export function ownEntry(entry: StoredEntry<StoredPayload>): StoredEntry<StoredPayload> {
  if (!(entry.payload instanceof BorrowedBytes)) return entry;
  const { sizeBytes, createdAt, ttlSeconds, expiresAt, graceUntil, isSliding } = entry;
  const { tags, tagMark, accessCount, lastAccessedAt } = entry;
  const dates = { createdAt, ttlSeconds, expiresAt, graceUntil, isSliding, lastAccessedAt };
  return { sizeBytes, ...dates, tags, tagMark, accessCount, payload: ownPayload(entry.payload) };
}

/** Bytes with a buffer of their own, which need no copy; small ones share one with others. */
function wholeBuffer({ encoding, data }: EncodedValue): Uint8Array | undefined {
  if (typeof data === 'string' || data.byteLength === 0 || data.byteLength !== data.buffer.byteLength) return undefined;
  if (encoding === 'buffer') return Buffer.from(data.buffer);
  return encoding === 'uint8array' ? new Uint8Array(data.buffer) : undefined;
}
