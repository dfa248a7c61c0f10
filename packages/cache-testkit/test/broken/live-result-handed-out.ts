import { type BaseCacheOptions, type EncodedValue, valueCodec } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** All reads of an entry share one object. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    const decoded = new WeakMap<EncodedValue, unknown>();
    super(options, undefined, {
      ...valueCodec,
      decode(payload) {
        if (!decoded.has(payload)) decoded.set(payload, valueCodec.decode(payload));
        return decoded.get(payload);
      },
    });
  }
}

export const caughtBy = ['isolation/after-get', 'isolation/fresh'];
