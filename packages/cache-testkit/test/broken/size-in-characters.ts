import { type BaseCacheOptions, valueCodec } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Sizes are counted in characters. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super(options, undefined, { ...valueCodec, sizeOf: ({ data }) => data.length });
  }
}

export const caughtBy = ['metadata/size-in-bytes', 'limits/bytes-of-utf8'];
