import type { CacheStats } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Rates go from 0 to 1. */
export class BrokenCache extends ReferenceCache {
  override async getStats(): Promise<CacheStats> {
    const stats = await super.getStats();
    return Object.freeze({ ...stats, hitRate: stats.hitRate / 100, missRate: stats.missRate / 100 });
  }
}

export const caughtBy = ['stats/rates'];
