import type { StoredEntry } from '@glovebox/cache-core';
import { SerializedCache } from '../serialized-cache.js';

/** A write looks at what it replaces, and fails with it. */
export class BrokenCache extends SerializedCache {
  protected override writeEntry(key: string, entry: StoredEntry): void {
    this.readEntry(key);
    super.writeEntry(key, entry);
  }
}

export const caughtBy = ['damage/healed-by-set'];
