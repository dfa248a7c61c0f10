import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Keys are kept in small letters. */
export class BrokenCache extends ReferenceCache {
  protected override readEntry(key: string): StoredEntry | undefined {
    return this.stored.get(key.toLowerCase());
  }

  protected override writeEntry(key: string, entry: StoredEntry): void {
    this.stored.set(key.toLowerCase(), entry);
  }

  protected override removeEntry(key: string): boolean {
    return this.stored.delete(key.toLowerCase());
  }
}

export const caughtBy = ['keys/letter-case'];
