import type { CacheManager } from '@glovebox/cache-core';

/** A cache that tells its events, as those built on `BaseCacheManager` do. */
export interface WithEvents {
  on(event: string, listener: (event: Readonly<Record<string, unknown>>) => void): () => void;
}

export function hasEvents(cache: CacheManager): cache is CacheManager & WithEvents {
  return 'on' in cache && typeof cache.on === 'function';
}
