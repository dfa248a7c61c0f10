import type { CacheMetadata, StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** What is invalidated is hidden, and its room stays taken until it is evicted. */
export class BrokenCache extends ReferenceCache {
  readonly #hidden = new Set<StoredEntry>();

  protected override invalidateStore(tags: readonly string[]): void {
    this.recordInvalidation(tags);
    for (const entry of this.stored.values()) {
      if (tags.some((tag) => entry.tags.includes(tag))) this.#hidden.add(entry);
    }
  }

  protected override readEntry(key: string): StoredEntry | undefined {
    const entry = this.stored.get(key);
    return entry === undefined || this.#hidden.has(entry) ? undefined : entry;
  }

  protected override *listEntries(): Generator<CacheMetadata> {
    for (const metadata of super.listEntries()) if (this.readEntry(metadata.key) !== undefined) yield metadata;
  }
}

export const caughtBy = ['tags/invalidated-takes-no-room'];
