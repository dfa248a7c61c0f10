import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** LFU: of entries with as many reads, the oldest goes, however recently it was read. */
export class BrokenCache extends ReferenceCache {
  protected override touchEntry(key: string, entry: StoredEntry, now: number): void | Promise<void> {
    return super.touchEntry(key, entry, this.evictionPolicy === 'lfu' ? entry.createdAt : now);
  }
}

export const caughtBy = ['limits/lfu-ties', 'model/lfu'];
