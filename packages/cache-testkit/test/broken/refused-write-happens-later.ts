import type { StoredEntry } from '@glovebox/cache-core';
import { SerializedCache } from '../serialized-cache.js';

/** A write that the store refused is done when it works again. */
export class BrokenCache extends SerializedCache {
  readonly #refused = new Map<string, StoredEntry>();

  protected override writeEntry(key: string, entry: StoredEntry): void {
    try {
      super.writeEntry(key, entry);
    } catch (error) {
      this.#refused.set(key, entry);
      throw error;
    }
  }

  protected override readEntry(key: string): StoredEntry | undefined {
    const { disk } = this;
    if (disk.size >= 0) for (const [refused, entry] of this.#refused) super.writeEntry(refused, entry);
    this.#refused.clear();
    return super.readEntry(key);
  }
}

export const caughtBy = ['faults/writes'];
