import { KeyvCache, type KeyvCacheOptions } from './keyv-cache.js';
import type { KeyvStore } from './keyv-store.js';

/**
 * A cache in any Keyv store: an instance of Keyv, a storage adapter of keyv 5 or 6, or a `Map`. Entries are texts that hold
 * their key and a checksum: what others wrote into the store is a miss, and so is what the store confuses or damages.
 *
 * A store without an iterator can't have limits; `keys` and the totals of the statistics are then about what this instance
 * has written or read, and `clear` removes everything, the entries of others included.
 * @throws CacheError `CACHE_INVALID_CONFIG`
 */
export function fromKeyv(store: KeyvStore, options?: KeyvCacheOptions): KeyvCache {
  return new KeyvCache(store, options);
}
