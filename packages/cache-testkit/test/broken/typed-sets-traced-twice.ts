import { CACHE_PARTS, type CacheParts, type EncodedValue } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A set by a typed view is told as one of the view, and as one of the cache. */
export class BrokenCache extends ReferenceCache {
  override [CACHE_PARTS](): CacheParts<EncodedValue> {
    return { ...super[CACHE_PARTS](), set: (key, value, options) => this.set(key, value, options) };
  }
}

export const caughtBy = ['typed/traced'];
