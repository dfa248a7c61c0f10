import type { CacheMetadata, StoredEntry } from '@glovebox/cache-core';
import { KeepingCache } from '../keeping-cache.js';

/** A limit counts only what this instance wrote. */
export class BrokenCache extends KeepingCache {
  readonly #own = new Set<string>();

  protected override writeEntry(key: string, entry: StoredEntry): void {
    this.#own.add(key);
    super.writeEntry(key, entry);
  }

  protected override *listEntries(): Generator<CacheMetadata> {
    for (const metadata of super.listEntries()) if (this.#own.has(metadata.key)) yield metadata;
  }
}

export const caughtBy = ['persistence/limits'];
