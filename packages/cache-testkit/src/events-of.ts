import type { CacheManager } from '@glovebox/cache-core';

/** Whether a cache tells its events: one that was written against an earlier interface, or in JavaScript, may not. */
export function hasEvents(cache: CacheManager): boolean {
  return 'on' in cache && typeof cache.on === 'function';
}
