import type { StoredEntry, StoreTotals } from '@glovebox/cache-core';
import { SerializedCache } from '../serialized-cache.js';

/** The totals count writes before they are done. */
export class BrokenCache extends SerializedCache {
  #entries = 0;
  #bytes = 0;

  protected override writeEntry(key: string, entry: StoredEntry): void {
    this.#entries++;
    this.#bytes += entry.sizeBytes;
    super.writeEntry(key, entry);
  }

  protected override measureStore(): StoreTotals {
    return { totalEntries: this.#entries, totalSizeBytes: this.#bytes };
  }
}

export const caughtBy = ['faults/totals'];
