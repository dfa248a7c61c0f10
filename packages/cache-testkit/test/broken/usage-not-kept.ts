import { KeepingCache } from '../keeping-cache.js';

/** Access counts are kept in memory only. */
export class BrokenCache extends KeepingCache {
  protected override openStore(): void {
    for (const [key, entry] of this.kept.entries) {
      this.kept.entries.set(key, { ...entry, accessCount: 0, lastAccessedAt: entry.createdAt });
    }
  }
}

export const caughtBy = ['persistence/usage', 'persistence/lfu-order'];
