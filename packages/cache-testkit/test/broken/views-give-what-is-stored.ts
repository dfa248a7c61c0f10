import { CACHE_PARTS, type CacheParts, type EncodedValue } from '@glovebox/cache-core';
import { withStore } from '../broken-store.js';
import { ReferenceCache } from '../reference-cache.js';

/** A read validates, and then gives what is stored, not what the schema makes of it. */
export class BrokenCache extends ReferenceCache {
  override [CACHE_PARTS](): CacheParts<EncodedValue> {
    return withStore(super[CACHE_PARTS](), (store) => ({
      async read(operation, key, fitting) {
        const hit = await store.read(operation, key, fitting);
        return hit && { ...hit, value: store.decode(key, hit.entry) };
      },
    }));
  }
}

export const caughtBy = ['typed/fitting-is-read'];
