import type { CacheManager } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A namespace lists the keys of the whole cache. */
export class BrokenCache extends ReferenceCache {
  override namespace(name: string): CacheManager {
    return Object.assign(super.namespace(name), { keys: () => this.keys() });
  }
}

export const caughtBy = ['namespaces/keys'];
