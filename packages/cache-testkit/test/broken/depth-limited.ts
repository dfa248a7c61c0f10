import { type BaseCacheOptions, CacheError, valueCodec } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Values more than a hundred levels deep are refused. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super(options, undefined, {
      ...valueCodec,
      encode(value) {
        const payload = valueCodec.encode(value);
        const depth = typeof payload.data === 'string' ? payload.data.split(/[[{]/).length : 0;
        if (depth > 100 && depth < 300) throw new CacheError('CACHE_UNSERIALIZABLE', 'too deep');
        return payload;
      },
    });
  }
}

export const caughtBy = ['values/deep'];
