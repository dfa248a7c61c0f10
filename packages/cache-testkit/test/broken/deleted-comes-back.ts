import type { CacheMetadata, StoredEntry } from '@glovebox/cache-core';
import { KeepingCache } from '../keeping-cache.js';

/** What was deleted is there again after a restart. */
export class BrokenCache extends KeepingCache {
  readonly #deleted = new Set<string>();

  protected override readEntry(key: string): StoredEntry | undefined {
    return this.#deleted.has(key) ? undefined : super.readEntry(key);
  }

  protected override writeEntry(key: string, entry: StoredEntry): void {
    this.#deleted.delete(key);
    super.writeEntry(key, entry);
  }

  protected override removeEntry(key: string): boolean {
    const isThere = this.readEntry(key) !== undefined;
    this.#deleted.add(key);
    return isThere;
  }

  protected override *listEntries(): Generator<CacheMetadata> {
    for (const metadata of super.listEntries()) if (!this.#deleted.has(metadata.key)) yield metadata;
  }
}

export const caughtBy = ['persistence/deletes'];
