import { CacheError, type CacheManager, describeValue } from '@glovebox/cache-core';

/** @throws CacheError `CACHE_INVALID_CONFIG` unless it is a cache, or looks like one */
export function checkCache(owner: string, cache: unknown): asserts cache is CacheManager {
  const isCache = typeof cache === 'object' && cache !== null && 'getOrSet' in cache && 'getMetadata' in cache;
  if (isCache) return;
  throw new CacheError(
    'CACHE_INVALID_CONFIG',
    `${owner}: the cache is ${describeValue(cache)}; allowed is a CacheManager`,
  );
}
