import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An overwrite sets the access count back to 0. */
export class BrokenCache extends ReferenceCache {
  protected override noteWritten(key: string, entry: StoredEntry): void {
    this.noteRemoved(key);
    super.noteWritten(key, entry);
  }
}

export const caughtBy = ['metadata/access-count-survives-overwrite', 'limits/lfu-overwrite-keeps-count'];
