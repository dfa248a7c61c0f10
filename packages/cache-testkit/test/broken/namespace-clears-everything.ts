import type { CacheManager } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** clear of a namespace clears the cache. */
export class BrokenCache extends ReferenceCache {
  override namespace(name: string): CacheManager {
    return Object.assign(super.namespace(name), { clear: () => this.clear() });
  }
}

export const caughtBy = ['namespaces/clear', 'namespaces/clear-outdates-flights'];
