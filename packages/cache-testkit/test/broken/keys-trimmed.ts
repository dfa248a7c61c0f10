import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** White space around a key is dropped. */
export class BrokenCache extends ReferenceCache {
  protected override readEntry(key: string): StoredEntry | undefined {
    return this.stored.get(key.trim());
  }

  protected override writeEntry(key: string, entry: StoredEntry): void {
    this.stored.set(key.trim(), entry);
  }

  protected override removeEntry(key: string): boolean {
    return this.stored.delete(key.trim());
  }
}

export const caughtBy = ['keys/white-space'];
