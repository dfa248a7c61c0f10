import type { BaseCacheOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** SIEVE is taken for LRU. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super(options.evictionPolicy === 'sieve' ? { ...options, evictionPolicy: 'lru' } : options);
  }
}

export const caughtBy = ['limits/sieve-all-read'];
