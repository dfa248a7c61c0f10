import type { BaseCacheOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** The timer is never started. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super({ ...options, cleanupIntervalSeconds: 0 });
  }
}

export const caughtBy = ['ttl/automatic-cleanup'];
