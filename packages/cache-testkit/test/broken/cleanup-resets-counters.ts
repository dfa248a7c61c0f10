import type { CacheStats } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A cleanup that removed something starts the counting of misses anew. */
export class BrokenCache extends ReferenceCache {
  #forgotten = 0;

  override async cleanup(): Promise<number> {
    const removed = await super.cleanup();
    if (removed > 0) this.#forgotten = (await super.getStats()).missCount;
    return removed;
  }

  override async getStats(): Promise<CacheStats> {
    const stats = await super.getStats();
    const missCount = stats.missCount - this.#forgotten;
    const reads = stats.hitCount + missCount;
    const hitRate = reads === 0 ? 0 : (stats.hitCount / reads) * 100;
    const missRate = reads === 0 ? 0 : (missCount / reads) * 100;
    return Object.freeze({ ...stats, missCount, hitRate, missRate });
  }
}

export const caughtBy = ['model/operations'];
