import { type BaseCacheOptions, type EncodedValue, valueCodec } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** From the fiftieth read of an entry on, all share one object. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    const reads = new WeakMap<EncodedValue, number>();
    const decoded = new WeakMap<EncodedValue, unknown>();
    super(options, undefined, {
      ...valueCodec,
      decode(payload) {
        const count = (reads.get(payload) ?? 0) + 1;
        reads.set(payload, count);
        if (count < 50) return valueCodec.decode(payload);
        if (!decoded.has(payload)) decoded.set(payload, valueCodec.decode(payload));
        return decoded.get(payload);
      },
    });
  }
}

export const caughtBy = ['isolation/many-reads'];
