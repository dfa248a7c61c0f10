import type { CacheManager } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** What a namespace stores as a stream has the tags of the cache. */
export class BrokenCache extends ReferenceCache {
  override namespace(name: string): CacheManager {
    const view = super.namespace(name);
    const { setStream } = view;
    return Object.assign(view, {
      setStream: async (...[key, source, { tags = [], ...rest } = {}]: Parameters<typeof setStream>) => {
        const isStored = await setStream.call(view, key, source, rest);
        for (const [stored, entry] of this.stored) {
          if (stored.endsWith(key) && stored !== key)
            this.stored.set(stored, { ...entry, tags: [...entry.tags, ...tags] });
        }
        return isStored;
      },
    });
  }
}

export const caughtBy = ['tags/of-namespaces'];
