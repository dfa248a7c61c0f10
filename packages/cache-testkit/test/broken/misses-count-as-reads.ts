import type { EntryUsage, StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Reads of a missing key are counted for it. */
export class BrokenCache extends ReferenceCache {
  readonly #misses = new Map<string, number>();

  protected override readEntry(key: string): StoredEntry | undefined {
    if (!this.stored.has(key)) this.#misses.set(key, (this.#misses.get(key) ?? 0) + 1);
    return this.stored.get(key);
  }

  protected override usageOf(key: string, entry: StoredEntry): EntryUsage {
    return { accessCount: this.#misses.get(key) ?? 0, lastAccessedAt: entry.lastAccessedAt };
  }
}

export const caughtBy = ['metadata/misses-leave-no-trace'];
