import type { BaseCacheOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Without a default, entries live for a day. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super({ ...options, defaultTtl: options.defaultTtl ?? '1d' });
  }
}

export const caughtBy = ['ttl/none'];
