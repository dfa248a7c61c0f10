import type { CacheStats } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Statistics print as any object. */
export class BrokenCache extends ReferenceCache {
  override async getStats(): Promise<CacheStats> {
    return Object.freeze({ ...(await super.getStats()) });
  }
}

export const caughtBy = ['stats/printed'];
