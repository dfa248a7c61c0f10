import type { StoredEntry } from '@glovebox/cache-core';
import { SerializedCache } from '../serialized-cache.js';

/** A write that the store refused is said to have worked. */
export class BrokenCache extends SerializedCache {
  protected override writeEntry(key: string, entry: StoredEntry): void {
    try {
      super.writeEntry(key, entry);
    } catch {
      // "It is only a cache."
    }
  }
}

export const caughtBy = ['faults/writes', 'faults/counted', 'faults/told'];
