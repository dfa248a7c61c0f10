import type { BaseCacheOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Whatever policy is asked for, LRU it is. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super({ ...options, evictionPolicy: 'lru' });
  }
}

export const caughtBy = ['limits/fifo-reads-protect-nothing', 'limits/lfu-count-beats-recency'];
