import type { CacheManager } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Names that differ in letter case only mean one namespace. */
export class BrokenCache extends ReferenceCache {
  override namespace(name: string): CacheManager {
    return super.namespace(name.toLowerCase());
  }
}

export const caughtBy = ['namespaces/names-apart'];
