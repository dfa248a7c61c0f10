import { type BaseCacheOptions, valueCodec } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An array ends after a thousand items. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super(options, undefined, {
      ...valueCodec,
      decode(payload) {
        const value = valueCodec.decode(payload);
        return Array.isArray(value) ? value.slice(0, 1_000) : value;
      },
    });
  }
}

export const caughtBy = ['values/arrays'];
