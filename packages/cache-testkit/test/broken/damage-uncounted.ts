import { isCacheError, type StoredEntry } from '@glovebox/cache-core';
import { SerializedCache } from '../serialized-cache.js';

/** A damaged entry is a miss like any other, and nobody learns of it. */
export class BrokenCache extends SerializedCache {
  protected override readEntry(key: string): StoredEntry | undefined {
    try {
      return super.readEntry(key);
    } catch (error) {
      if (isCacheError(error)) return undefined;
      throw error;
    }
  }
}

export const caughtBy = ['damage/counted', 'damage/told', 'damage/removed'];
