import { CACHE_PARTS, type CacheParts, type EncodedValue } from '@glovebox/cache-core';
import { withStore } from '../broken-store.js';
import { ReferenceCache } from '../reference-cache.js';

/** An update of a typed view leaves the caller's tags on the entry, and not its version. */
export class BrokenCache extends ReferenceCache {
  override [CACHE_PARTS](): CacheParts<EncodedValue> {
    return withStore(super[CACHE_PARTS](), (store) => ({
      store(operation, draft) {
        const tags = draft.tags.filter((tag) => !tag.startsWith('glovebox:'));
        return store.store(operation, operation === 'update' ? { ...draft, tags } : draft);
      },
    }));
  }
}

export const caughtBy = ['typed/version-is-kept'];
