import type { CacheManager } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A namespace is the cache itself. */
export class BrokenCache extends ReferenceCache {
  override namespace(name: string): CacheManager {
    super.namespace(name);
    return this;
  }
}

export const caughtBy = [
  'namespaces/own-keys',
  'namespaces/same-name',
  'namespaces/names-apart',
  'namespaces/clear',
  'namespaces/keys',
  'namespaces/stats',
  'namespaces/close',
  'namespaces/clear-outdates-flights',
];
