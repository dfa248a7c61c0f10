import { CACHE_PARTS, type CacheManager } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A typed view of a namespace is one of the whole cache. */
export class BrokenCache extends ReferenceCache {
  override namespace(name: string): CacheManager {
    return Object.assign(super.namespace(name), { [CACHE_PARTS]: () => this[CACHE_PARTS]() });
  }
}

export const caughtBy = ['typed/namespaces'];
