import type { CacheStats } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** getStats gives an object that can be changed. */
export class BrokenCache extends ReferenceCache {
  override async getStats(): Promise<CacheStats> {
    return { ...(await super.getStats()) };
  }
}

export const caughtBy = ['stats/frozen'];
