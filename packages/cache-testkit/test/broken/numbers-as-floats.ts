import { type BaseCacheOptions, valueCodec } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Numbers are kept with 32 bits. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super(options, undefined, {
      ...valueCodec,
      decode(payload) {
        const value = valueCodec.decode(payload);
        return typeof value === 'number' ? Math.fround(value) : value;
      },
    });
  }
}

export const caughtBy = ['values/numbers'];
