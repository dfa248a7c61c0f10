import type { CacheStats } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** lastUpdatedAt is the time of the first operation. */
export class BrokenCache extends ReferenceCache {
  #firstAt: number | undefined;

  override async getStats(): Promise<CacheStats> {
    const stats = await super.getStats();
    this.#firstAt ??= stats.lastUpdatedAt;
    return Object.freeze({ ...stats, lastUpdatedAt: this.#firstAt });
  }
}

export const caughtBy = ['stats/last-update'];
