import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A key that was evicted, and set again, has the reads of its earlier life. */
export class BrokenCache extends ReferenceCache {
  readonly #reads = new Map<string, number>();

  protected override touchEntry(key: string, entry: StoredEntry, now: number): void | Promise<void> {
    this.#reads.set(key, (this.#reads.get(key) ?? 0) + 1);
    return super.touchEntry(key, entry, now);
  }

  override async delete(key: string): Promise<boolean> {
    this.#reads.delete(key);
    return super.delete(key);
  }

  override async clear(): Promise<void> {
    this.#reads.clear();
    return super.clear();
  }

  protected override noteWritten(key: string, entry: StoredEntry): void {
    super.noteWritten(key, entry);
    const known = super.usageOf(key, entry);
    if (known instanceof Promise) return;
    for (let reads = known.accessCount; reads < (this.#reads.get(key) ?? 0); reads++) {
      void super.touchEntry(key, entry, entry.createdAt);
    }
  }
}

export const caughtBy = ['model/lfu'];
