import { setTimeout as delay } from 'node:timers/promises';
import type { StoredEntry } from '@glovebox/cache-core';
import { FileCache } from '../file-cache.ts';

/** What does not fit is looked at once more, and is removed some time after that. */
export class BrokenCache extends FileCache {
  protected override async healEntry(key: string, useless?: StoredEntry): Promise<void> {
    const entry = await this.readEntry(key);
    if (entry === undefined || entry.createdAt !== useless?.createdAt) return;
    await delay(2);
    await this.removeEntry(key);
  }
}

export const caughtBy = ['typed/newer-is-spared-by-processes'];
