import { isCacheError, type StoredEntry } from '@glovebox/cache-core';
import { SerializedCache } from '../serialized-cache.js';

/** Entries are written at close, and dropped if that fails. */
export class BrokenCache extends SerializedCache {
  #isFaulty = false;

  protected override readEntry(key: string): StoredEntry | undefined {
    try {
      return super.readEntry(key);
    } catch (error) {
      this.#isFaulty ||= !isCacheError(error);
      throw error;
    }
  }

  protected override closeStore(): void {
    if (this.#isFaulty) this.forgetAll();
  }
}

export const caughtBy = ['faults/close'];
