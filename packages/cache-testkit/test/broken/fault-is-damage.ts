import { CacheError, type StoredEntry } from '@glovebox/cache-core';
import { SerializedCache } from '../serialized-cache.js';

/** A fault of the store is taken for damage of the entry, which the next cleanup removes. */
export class BrokenCache extends SerializedCache {
  readonly #damaged = new Set<string>();

  protected override healEntry(key: string): void {
    this.#damaged.add(key);
  }

  protected override readEntry(key: string): StoredEntry | undefined {
    try {
      return super.readEntry(key);
    } catch (error) {
      throw new CacheError('CACHE_CORRUPT_ENTRY', 'it could not be read', { cause: error });
    }
  }

  protected override sweepStore(now: number, automatic: boolean): number | Promise<number> {
    for (const key of this.#damaged) if (this.disk.delete(key)) this.#damaged.delete(key);
    return super.sweepStore(now, automatic);
  }
}

export const caughtBy = ['faults/recovers'];
