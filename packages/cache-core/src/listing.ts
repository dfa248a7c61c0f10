import { isLive } from './entry.js';
import { isCacheError } from './errors.js';
import type { StoreAccess } from './store-access.js';
import type { CacheMetadata } from './types.js';

/** Metadata of the live entries that `isWanted`; a fault of the store ends the listing and is reported. */
export async function* listLive(
  store: StoreAccess<unknown>,
  isWanted: (metadata: CacheMetadata) => boolean,
): AsyncGenerator<CacheMetadata, void, undefined> {
  if (!store.isReady() && !(await store.openStore())) return;
  store.enter();
  try {
    for await (const metadata of store.listEntries()) {
      if (!isWanted(metadata) || !isLive(metadata, store.clock.now())) continue;
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
    store.report('keys', error);
  } finally {
    store.leave();
  }
}
