import { CACHE_PARTS, type CacheParts, type EncodedValue } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** setMany of a typed view stores without options, among which the version is. */
export class BrokenCache extends ReferenceCache {
  override [CACHE_PARTS](): CacheParts<EncodedValue> {
    const parts = super[CACHE_PARTS]();
    return { ...parts, setMany: (entries) => parts.setMany(Array.from(entries, ([key, value]) => [key, value])) };
  }
}

export const caughtBy = ['typed/batches', 'typed/version-is-kept'];
