import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A key ends at its first NUL, as in C. */
export class BrokenCache extends ReferenceCache {
  protected override readEntry(key: string): StoredEntry | undefined {
    return this.stored.get(key.split('\0')[0] ?? key);
  }

  protected override writeEntry(key: string, entry: StoredEntry): void {
    this.stored.set(key.split('\0')[0] ?? key, entry);
  }

  protected override removeEntry(key: string): boolean {
    return this.stored.delete(key.split('\0')[0] ?? key);
  }
}

export const caughtBy = ['keys/control-codes'];
