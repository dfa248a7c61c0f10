import { renameSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isExpired } from '@glovebox/cache-core';
import { FileCache, removeFile } from '../file-cache.ts';

/** Cleanup takes an entry aside, looks, and puts it back if it lives: over what was stored meanwhile. */
export class BrokenCache extends FileCache {
  protected override async sweepStore(now: number): Promise<number> {
    let removed = 0;
    for (const metadata of [...this.listEntries()]) {
      if (!isExpired(metadata, now)) continue;
      const file = this.fileOf(metadata.key);
      const aside = this.stagingFile();
      try {
        renameSync(file, aside);
      } catch {
        continue;
      }
      const entry = this.readFile(aside);
      await delay(5);
      if (entry !== undefined && !isExpired(entry, now)) renameSync(aside, file);
      else if (removeFile(aside)) removed++;
    }
    return removed;
  }
}

export const caughtBy = ['processes/cleanup-spares-new-values'];
