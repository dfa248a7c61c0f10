import type { BaseCacheOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** S3-FIFO is taken for LRU. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super(options.evictionPolicy === 's3-fifo' ? { ...options, evictionPolicy: 'lru' } : options);
  }
}

export const caughtBy = ['limits/s3-fifo-one-read-is-not-enough', 'limits/s3-fifo-comes-back'];
