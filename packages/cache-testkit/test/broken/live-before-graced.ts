import { isExpired } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Where room is needed, live entries go and those in their grace stay. */
export class BrokenCache extends ReferenceCache {
  protected override evict(writtenKey: string | undefined): void {
    const { maxEntries = Number.POSITIVE_INFINITY } = this.limits;
    for (const [key, entry] of this.stored) {
      if (this.stored.size <= maxEntries) return;
      if (key === writtenKey || isExpired(entry, this.clock.now())) continue;
      this.stored.delete(key);
      this.countEviction(key);
    }
  }
}

export const caughtBy = ['getOrSet/grace-makes-room'];
