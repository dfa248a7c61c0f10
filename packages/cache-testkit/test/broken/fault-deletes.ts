import type { StoredEntry } from '@glovebox/cache-core';
import { SerializedCache } from '../serialized-cache.js';

/** A removal that the store refused is said to have worked. */
export class BrokenCache extends SerializedCache {
  protected override removeEntry(key: string): boolean {
    try {
      return super.removeEntry(key);
    } catch {
      return true;
    }
  }

  protected override readEntry(key: string): StoredEntry | undefined {
    try {
      return super.readEntry(key);
    } catch (error) {
      if (this.#last === undefined) throw error;
      return this.#last;
    }
  }

  protected override writeEntry(key: string, entry: StoredEntry): void {
    super.writeEntry(key, entry);
    this.#last = entry;
  }

  #last: StoredEntry | undefined;
}

export const caughtBy = ['faults/removals'];
