import { CACHE_PARTS, type CacheParts, type EncodedValue } from '@glovebox/cache-core';
import { withStore } from '../broken-store.js';
import { ReferenceCache } from '../reference-cache.js';

/** add finds a key taken by what does not fit. */
export class BrokenCache extends ReferenceCache {
  override [CACHE_PARTS](): CacheParts<EncodedValue> {
    return withStore(super[CACHE_PARTS](), (store) => ({
      async store(operation, draft) {
        if (operation === 'add' && (await store.peek(draft.key)) !== undefined) return false;
        return store.store(operation, draft);
      },
    }));
  }
}

export const caughtBy = ['typed/misfit-is-replaced'];
