import { type BaseCacheOptions, type EncodedValue, valueCodec } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** The caller's own object is kept and given out. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    const originals = new WeakMap<EncodedValue, unknown>();
    super(options, undefined, {
      ...valueCodec,
      encode(value) {
        const payload = { ...valueCodec.encode(value) };
        originals.set(payload, value);
        return payload;
      },
      decode: (payload) => originals.get(payload),
    });
  }
}

export const caughtBy = ['isolation/after-set', 'isolation/of-keys'];
