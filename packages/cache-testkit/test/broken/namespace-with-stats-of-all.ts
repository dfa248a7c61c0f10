import type { CacheManager } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A namespace has the statistics of the whole cache. */
export class BrokenCache extends ReferenceCache {
  override namespace(name: string): CacheManager {
    return Object.assign(super.namespace(name), { getStats: () => this.getStats() });
  }
}

export const caughtBy = ['namespaces/stats'];
