import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredEntry, StoreTotals } from '@glovebox/cache-core';
import { FileCache } from '../file-cache.ts';

/** The totals stand in a file that is written over after each change. */
export class BrokenCache extends FileCache {
  protected override async writeEntry(key: string, entry: StoredEntry): Promise<void> {
    const old = await this.readEntry(key);
    await super.writeEntry(key, entry);
    this.#add(old === undefined ? 1 : 0, entry.sizeBytes - (old?.sizeBytes ?? 0));
  }

  protected override async removeEntry(key: string): Promise<boolean> {
    const old = await this.readEntry(key);
    const removed = await super.removeEntry(key);
    if (removed) this.#add(-1, -(old?.sizeBytes ?? 0));
    return removed;
  }

  protected override measureStore(): StoreTotals {
    try {
      return JSON.parse(readFileSync(join(this.directory, 'totals'), 'utf8'));
    } catch {
      return { totalEntries: 0, totalSizeBytes: 0 };
    }
  }

  #add(entries: number, bytes: number): void {
    const { totalEntries, totalSizeBytes } = this.measureStore();
    const totals = { totalEntries: totalEntries + entries, totalSizeBytes: totalSizeBytes + bytes };
    writeFileSync(join(this.directory, 'totals'), JSON.stringify(totals));
  }
}

export const caughtBy = ['crashes/set'];
