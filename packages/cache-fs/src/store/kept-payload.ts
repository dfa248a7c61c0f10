import { copyOf, type EncodedValue, Snapshot, snapshotOf, type ValueEncoding, valueCodec } from '@glovebox/cache-core';

/** Bytes of memory that objects take for a byte of their JSON: up to 3.7 was measured for small nested objects. */
const MEMORY_PER_JSON_BYTE = 4;

/** A payload that is decoded once, and then copied, which is several times faster than parsing. */
export class KeptPayload implements EncodedValue {
  readonly encoding: ValueEncoding;
  /** About the bytes of memory that it takes. */
  readonly weight: number;
  #data: string | Uint8Array | undefined;
  /** What was decoded, once it was. */
  #kept: unknown;

  constructor({ encoding, data }: EncodedValue) {
    this.encoding = encoding;
    this.#data = data;
    this.weight = typeof data === 'string' ? data.length * MEMORY_PER_JSON_BYTE : data.byteLength;
  }

  get data(): string | Uint8Array {
    const kept = this.#kept;
    return this.#data ?? valueCodec.encode(kept instanceof Snapshot ? kept.value : kept).data;
  }

  /** A value of the caller's own. @throws what decoding throws */
  copy(): unknown {
    if (this.#data !== undefined) {
      const value = valueCodec.decode({ encoding: this.encoding, data: this.#data });
      // Of bytes this is a copy already.
      if (typeof this.#data !== 'string') return value;
      this.#kept = snapshotOf(value);
      this.#data = undefined;
    }
    return copyOf(this.#kept);
  }
}
