import { CACHE_PARTS, type CacheParts, type EncodedValue } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An update of a typed view writes, whatever has been set since it looked. */
export class BrokenCache extends ReferenceCache {
  override [CACHE_PARTS](): CacheParts<EncodedValue> {
    const parts = super[CACHE_PARTS]();
    const { store } = parts;
    return {
      ...parts,
      store: { ...store, store: (operation, draft) => store.store(operation, { ...draft, expects: () => true }) },
    };
  }
}

export const caughtBy = ['typed/atomic'];
