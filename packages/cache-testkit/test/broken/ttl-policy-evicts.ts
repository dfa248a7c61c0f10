import type { BaseCacheOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Policy ttl makes room as LRU does. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super({ ...options, evictionPolicy: options.evictionPolicy === 'ttl' ? 'lru' : options.evictionPolicy });
  }
}

export const caughtBy = ['limits/ttl-refuses-when-full'];
