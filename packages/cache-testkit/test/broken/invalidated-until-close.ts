import type { CacheMetadata, StoredEntry } from '@glovebox/cache-core';
import { KeepingCache } from '../keeping-cache.js';

/** An instance hides what it has invalidated, and the next one does not know. */
export class BrokenCache extends KeepingCache {
  readonly #hidden = new Set<StoredEntry>();

  protected override invalidateStore(tags: readonly string[]): void {
    for (const entry of this.kept.entries.values()) {
      if (tags.some((tag) => entry.tags.includes(tag))) this.#hidden.add(entry);
    }
  }

  protected override readEntry(key: string): StoredEntry | undefined {
    const entry = super.readEntry(key);
    return entry === undefined || this.#hidden.has(entry) ? undefined : entry;
  }

  protected override *listEntries(): Generator<CacheMetadata> {
    for (const metadata of super.listEntries()) if (this.readEntry(metadata.key) !== undefined) yield metadata;
  }
}

export const caughtBy = ['tags/invalidated-for-good'];
