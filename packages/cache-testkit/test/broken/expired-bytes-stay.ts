import type { StoredEntry, StoreTotals } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** The size of what was replaced stays in the total. */
export class BrokenCache extends ReferenceCache {
  #totalSizeBytes = 0;

  protected override noteWritten(key: string, entry: StoredEntry): void {
    this.#totalSizeBytes += entry.sizeBytes;
    super.noteWritten(key, entry);
  }

  protected override async measureStore(): Promise<StoreTotals> {
    return { totalEntries: this.stored.size, totalSizeBytes: this.#totalSizeBytes };
  }
}

export const caughtBy = ['stats/totals'];
