import type { BaseCacheManager, CacheManager } from '@glovebox/cache-core';

/** A cache that tells what happens to it: every one on the base class does, its namespaces do not. */
export type ObservableCache = CacheManager & Pick<BaseCacheManager, 'on'>;

export function isObservable(cache: CacheManager): cache is ObservableCache {
  return 'on' in cache && typeof cache.on === 'function';
}
