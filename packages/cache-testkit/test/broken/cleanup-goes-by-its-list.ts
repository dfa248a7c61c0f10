import { setImmediate as nextTurn } from 'node:timers/promises';
import { isExpired } from '@glovebox/cache-core';
import { FileCache, removeFile } from '../file-cache.ts';

/** Cleanup removes what it has listed as expired, though another process may have replaced it. */
export class BrokenCache extends FileCache {
  protected override async sweepStore(now: number): Promise<number> {
    let removed = 0;
    for (const metadata of [...this.listEntries()]) {
      if (!isExpired(metadata, now)) continue;
      await nextTurn();
      if (removeFile(this.fileOf(metadata.key))) removed++;
    }
    return removed;
  }
}

export const caughtBy = ['processes/cleanup-spares-new-values'];
