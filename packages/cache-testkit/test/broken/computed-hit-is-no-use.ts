import type { Factory, GetOrSetOptions, StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A `getOrSet` that finds its key does not count as a use of it. */
export class BrokenCache extends ReferenceCache {
  #isComputing = false;

  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    this.#isComputing = true;
    try {
      return await super.getOrSet(key, factory, options);
    } finally {
      this.#isComputing = false;
    }
  }

  protected override touchEntry(key: string, entry: StoredEntry, now: number): void | Promise<void> {
    if (!this.#isComputing) return super.touchEntry(key, entry, now);
  }
}

export const caughtBy = ['limits/lru-all-reads', 'model/operations', 'model/lru'];
