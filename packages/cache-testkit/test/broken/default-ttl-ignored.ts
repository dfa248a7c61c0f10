import type { BaseCacheOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** The default ttl is forgotten. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super({ ...options, defaultTtl: null });
  }
}

export const caughtBy = ['ttl/default', 'getOrSet/ttl'];
