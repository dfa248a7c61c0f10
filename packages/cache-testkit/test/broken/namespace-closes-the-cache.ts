import type { CacheManager } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Closing a namespace closes the cache. */
export class BrokenCache extends ReferenceCache {
  override namespace(name: string): CacheManager {
    return Object.assign(super.namespace(name), { close: () => this.close() });
  }
}

export const caughtBy = ['namespaces/close'];
