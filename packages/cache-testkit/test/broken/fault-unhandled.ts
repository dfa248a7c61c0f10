import type { StoredEntry } from '@glovebox/cache-core';
import { SerializedCache } from '../serialized-cache.js';

/** A fault is told a second time, by a promise that nobody holds. */
export class BrokenCache extends SerializedCache {
  protected override writeEntry(key: string, entry: StoredEntry): void {
    try {
      super.writeEntry(key, entry);
    } catch (error) {
      void this.#tell(error);
      throw error;
    }
  }

  async #tell(error: unknown): Promise<void> {
    throw error;
  }
}

export const caughtBy = ['faults/unhandled'];
