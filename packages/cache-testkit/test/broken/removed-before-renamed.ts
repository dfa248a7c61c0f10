import { setTimeout as delay } from 'node:timers/promises';
import type { StoredEntry } from '@glovebox/cache-core';
import { FileCache, removeFile } from '../file-cache.ts';

/** The old entry is removed before the new one is stored: for a moment the key is missing. */
export class BrokenCache extends FileCache {
  protected override async writeEntry(key: string, entry: StoredEntry): Promise<void> {
    removeFile(this.fileOf(key));
    await delay(2);
    await super.writeEntry(key, entry);
  }
}

export const caughtBy = ['processes/no-lost-writes'];
