import type { CacheManager } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** clear of a namespace deletes its live entries one by one. */
export class BrokenCache extends ReferenceCache {
  override namespace(name: string): CacheManager {
    const view = super.namespace(name);
    const clear = async () => {
      for await (const key of view.keys()) await view.delete(key);
    };
    return Object.assign(view, { clear });
  }
}

export const caughtBy = ['namespaces/clear-of-graced', 'namespaces/clear-outdates-flights'];
