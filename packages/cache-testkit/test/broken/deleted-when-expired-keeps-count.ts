import type { EntryUsage, StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A key that is deleted after it expired, and set again, has the reads of its earlier life. */
export class BrokenCache extends ReferenceCache {
  readonly #earlier = new Map<string, number>();

  protected override removeEntry(key: string): boolean {
    const entry = this.stored.get(key);
    const reads = entry === undefined ? 0 : this.#usage(key, entry).accessCount;
    const isExpired = typeof entry?.expiresAt === 'number' && entry.expiresAt <= this.clock.now();
    if (isExpired && reads > 0) this.#earlier.set(key, reads);
    return super.removeEntry(key);
  }

  protected override usageOf(key: string, entry: StoredEntry): EntryUsage {
    const usage = this.#usage(key, entry);
    return { ...usage, accessCount: usage.accessCount + (this.#earlier.get(key) ?? 0) };
  }

  #usage(key: string, entry: StoredEntry): EntryUsage {
    const usage = super.usageOf(key, entry);
    return usage instanceof Promise ? entry : usage;
  }
}

export const caughtBy = ['model/operations'];
