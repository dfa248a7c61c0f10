import { setTimeout as delay } from 'node:timers/promises';
import { isExpired } from '@glovebox/cache-core';
import { FileCache, removeFile } from '../file-cache.ts';

/** Cleanup removes what it has listed as expired, though another process may have replaced it. */
export class BrokenCache extends FileCache {
  protected override async sweepStore(now: number): Promise<number> {
    const expired = [...this.listEntries()].filter((metadata) => isExpired(metadata, now));
    await delay(20);
    return expired.filter(({ key }) => removeFile(this.fileOf(key))).length;
  }
}

export const caughtBy = ['processes/cleanup-spares-new-values'];
