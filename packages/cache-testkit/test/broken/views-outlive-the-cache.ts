import { CACHE_PARTS, type CacheParts, type EncodedValue } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A typed view reads on when the cache is closed. */
export class BrokenCache extends ReferenceCache {
  override [CACHE_PARTS](): CacheParts<EncodedValue> {
    const parts = super[CACHE_PARTS]();
    return { ...parts, store: { ...parts.store, checkOpen() {}, isReady: () => true } };
  }
}

export const caughtBy = ['typed/close'];
