import type { CacheMetadata, StoredEntry } from '@glovebox/cache-core';
import { FileCache } from '../file-cache.ts';

/** A process lists what it has written itself. */
export class BrokenCache extends FileCache {
  readonly #own = new Set<string>();

  protected override writeEntry(key: string, entry: StoredEntry): void | Promise<void> {
    this.#own.add(key);
    return super.writeEntry(key, entry);
  }

  protected override *listEntries(): Generator<CacheMetadata> {
    for (const metadata of super.listEntries()) if (this.#own.has(metadata.key)) yield metadata;
  }
}

export const caughtBy = ['processes/see-keys'];
