import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Every entry has a timer. */
export class BrokenCache extends ReferenceCache {
  protected override writeEntry(key: string, entry: StoredEntry): void {
    super.writeEntry(key, entry);
    this.clock.repeat(() => {}, 1_000);
  }
}

export const caughtBy = ['lifecycle/one-timer'];
