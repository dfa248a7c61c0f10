import type { BaseCacheOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** maxSizeBytes is not looked at. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super({ ...options, maxSizeBytes: undefined });
  }
}

export const caughtBy = ['limits/bytes', 'limits/oversize-refused'];
