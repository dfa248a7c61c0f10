import type { CacheManager } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An invalidation in a namespace reaches entries of the cache too. */
export class BrokenCache extends ReferenceCache {
  override namespace(name: string): CacheManager {
    const view = super.namespace(name);
    const invalidateTags = view.invalidateTags.bind(view);
    return Object.assign(view, {
      invalidateTags: async (tags: readonly string[]) => (await this.invalidateTags(tags)) && invalidateTags(tags),
    });
  }
}

export const caughtBy = ['tags/of-namespaces'];
