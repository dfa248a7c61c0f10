import type { CacheManager } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A namespace without a name is the cache. */
export class BrokenCache extends ReferenceCache {
  override namespace(name: string): CacheManager {
    return name === '' ? this : super.namespace(name);
  }
}

export const caughtBy = ['namespaces/names-refused'];
