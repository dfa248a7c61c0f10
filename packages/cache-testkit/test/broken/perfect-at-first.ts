import type { CacheStats } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Before the first read the hitRate is 100. */
export class BrokenCache extends ReferenceCache {
  override async getStats(): Promise<CacheStats> {
    const stats = await super.getStats();
    return Object.freeze({ ...stats, hitRate: stats.hitCount + stats.missCount === 0 ? 100 : stats.hitRate });
  }
}

export const caughtBy = ['stats/at-first'];
