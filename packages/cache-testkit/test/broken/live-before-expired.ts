import { ReferenceCache } from '../reference-cache.js';

/** Eviction takes the oldest entry, though others have expired. */
export class BrokenCache extends ReferenceCache {
  protected override async evict(writtenKey: string | undefined): Promise<void> {
    const { maxEntries = Number.POSITIVE_INFINITY } = this.limits;
    for (const key of this.entries.keys()) {
      if (this.entries.size <= maxEntries) return;
      if (key === writtenKey) continue;
      this.entries.delete(key);
      this.countEviction(key);
    }
  }
}

export const caughtBy = ['limits/expired-before-live'];
