import { CACHE_PARTS, type CacheParts, type EncodedValue } from '@glovebox/cache-core';
import { withStore } from '../broken-store.js';
import { ReferenceCache } from '../reference-cache.js';

/** A read of what does not fit is a miss, and an error. */
export class BrokenCache extends ReferenceCache {
  override [CACHE_PARTS](): CacheParts<EncodedValue> {
    return withStore(super[CACHE_PARTS](), (store) => ({
      async read(operation, key, fitting) {
        const entry = await store.peek(key);
        const hit = await store.read(operation, key, fitting);
        if (entry !== undefined && hit === undefined) store.report(operation, new Error('it does not fit'), key);
        return hit;
      },
    }));
  }
}

export const caughtBy = ['typed/misfit-is-a-miss'];
