import { setTimeout as delay } from 'node:timers/promises';
import { isExpired, type StoredEntry } from '@glovebox/cache-core';
import { FileCache, removeFile } from '../file-cache.ts';

/** A read that meets an expired entry removes it, whatever is there by then. */
export class BrokenCache extends FileCache {
  protected override async readEntry(key: string): Promise<StoredEntry | undefined> {
    const entry = await super.readEntry(key);
    if (entry === undefined || !isExpired(entry, this.clock.now())) return entry;
    await delay(20);
    removeFile(this.fileOf(key));
    return undefined;
  }
}

export const caughtBy = ['processes/reads-spare-new-values'];
