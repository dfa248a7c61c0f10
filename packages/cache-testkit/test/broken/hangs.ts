import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A read of a missing key never ends. */
export class BrokenCache extends ReferenceCache {
  protected override readEntry(key: string): StoredEntry | undefined | Promise<StoredEntry | undefined> {
    return this.stored.get(key) ?? new Promise(() => {});
  }
}

export const caughtBy = ['values/default-for-a-miss'];
