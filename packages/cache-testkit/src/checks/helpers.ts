import type { CacheManager, CacheMetadata } from '@glovebox/cache-core';
import { UnmetExpectation } from '../expect.js';

/** Every item of an iteration, in its order. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The keys that the cache lists, sorted. */
export async function listedKeys(cache: CacheManager, prefix?: string): Promise<string[]> {
  return (await collect(cache.keys(prefix === undefined ? undefined : { prefix }))).sort();
}

/** The metadata of an entry that must be there. */
export async function metadataOf(cache: CacheManager, key: string): Promise<CacheMetadata> {
  const metadata = await cache.getMetadata(key);
  if (metadata === undefined) throw new UnmetExpectation(`metadata of the entry that was stored`, 'undefined');
  return metadata;
}

/** Those of the keys that the cache still has, found without touching them. */
export async function survivors(cache: CacheManager, keys: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const key of keys) if (await cache.exists(key)) found.push(key);
  return found;
}
