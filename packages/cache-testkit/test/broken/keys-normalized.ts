import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Keys are kept in one Unicode form. */
export class BrokenCache extends ReferenceCache {
  protected override readEntry(key: string): StoredEntry | undefined {
    return this.stored.get(key.normalize('NFC'));
  }

  protected override writeEntry(key: string, entry: StoredEntry): void {
    this.stored.set(key.normalize('NFC'), entry);
  }

  protected override removeEntry(key: string): boolean {
    return this.stored.delete(key.normalize('NFC'));
  }
}

export const caughtBy = ['keys/unicode-forms'];
