import type { CacheManager } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A namespace gives the entries of the whole cache. */
export class BrokenCache extends ReferenceCache {
  override namespace(name: string): CacheManager {
    return Object.assign(super.namespace(name), { entries: this.entries.bind(this) });
  }
}

export const caughtBy = ['keys/entries-of-namespaces'];
