import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Only the first 200 characters of a key count. */
export class BrokenCache extends ReferenceCache {
  protected override readEntry(key: string): StoredEntry | undefined {
    return this.stored.get(key.slice(0, 200));
  }

  protected override writeEntry(key: string, entry: StoredEntry): void {
    this.stored.set(key.slice(0, 200), entry);
  }

  protected override removeEntry(key: string): boolean {
    return this.stored.delete(key.slice(0, 200));
  }
}

export const caughtBy = ['keys/long'];
