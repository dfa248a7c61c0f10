import { isExpired } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An invalidation leaves expired entries alone, whoever is served them in their grace. */
export class BrokenCache extends ReferenceCache {
  protected override invalidateStore(tags: readonly string[]): void {
    this.recordInvalidation(tags);
    for (const [key, entry] of this.stored) {
      const isTagged = tags.some((tag) => entry.tags.includes(tag));
      if (isTagged && !isExpired(entry, this.clock.now())) this.stored.delete(key);
    }
  }
}

export const caughtBy = ['tags/not-in-grace'];
