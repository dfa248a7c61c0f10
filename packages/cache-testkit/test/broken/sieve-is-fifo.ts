import type { BaseCacheOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** SIEVE pays no attention to reads. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super(options.evictionPolicy === 'sieve' ? { ...options, evictionPolicy: 'fifo' } : options);
  }
}

export const caughtBy = ['limits/sieve-read-stays'];
