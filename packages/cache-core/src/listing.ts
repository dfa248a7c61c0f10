import { type EntryUsage, isLive } from './entry.js';
import { isCacheError } from './errors.js';
import type { StoreAccess } from './store-access.js';
import type { CacheMetadata } from './types.js';

/** Metadata of the live entries that `isWanted`; a fault of the store ends the listing and is reported. */
export async function* listLive(
  store: StoreAccess<unknown>,
  operation: 'keys' | 'entries',
  isWanted: (metadata: CacheMetadata) => boolean,
): AsyncGenerator<CacheMetadata, void, undefined> {
  if (!store.isReady() && !(await store.openStore())) return;
  store.enter();
  try {
    for await (const metadata of store.listEntries()) {
      if (!isWanted(metadata) || !isLive(metadata, store.clock.now())) continue;
      if (metadata.tags.length > 0 && store.isInvalidated(metadata)) continue;
      // Under way only while the store is asked: a caller may stop half-way and never come back.
      store.leave();
      try {
        yield metadata;
      } finally {
        store.enter();
      }
      store.checkOpen();
    }
  } catch (error) {
    if (isCacheError(error, 'CACHE_CLOSED')) throw error;
    store.report(operation, error);
  } finally {
    store.leave();
  }
}

/** The metadata alone, as it is now: what a backend lists may know more, and change. */
export function copyMetadata(metadata: CacheMetadata, { accessCount, lastAccessedAt }: EntryUsage): CacheMetadata {
  const { key, sizeBytes, createdAt, ttlSeconds, expiresAt, tags, ageSeconds, isExpired } = metadata;
  const dates = { createdAt, lastAccessedAt, accessCount, ttlSeconds, expiresAt };
  return { key, sizeBytes, ...dates, tags: [...tags], ageSeconds, isExpired };
}
