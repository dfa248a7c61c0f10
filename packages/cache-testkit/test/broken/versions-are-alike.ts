import { CACHE_PARTS, type CacheParts, type EncodedValue } from '@glovebox/cache-core';
import { withStore } from '../broken-store.js';
import { ReferenceCache } from '../reference-cache.js';

/** A value that fits is read, whatever its version. */
export class BrokenCache extends ReferenceCache {
  override [CACHE_PARTS](): CacheParts<EncodedValue> {
    return withStore(super[CACHE_PARTS](), (store) => ({
      read: (operation, key, fitting) => store.read(operation, key, fitting && { ...fitting, admits: () => true }),
    }));
  }
}

export const caughtBy = ['typed/version'];
