import { isCacheError, type StoredEntry } from '@glovebox/cache-core';
import { SerializedCache } from '../serialized-cache.js';

/** A read that met a fault is a miss like any other, and nobody learns of it. */
export class BrokenCache extends SerializedCache {
  protected override readEntry(key: string): StoredEntry | undefined {
    try {
      return super.readEntry(key);
    } catch (error) {
      if (isCacheError(error)) throw error;
      return undefined;
    }
  }
}

export const caughtBy = ['faults/counted', 'faults/told'];
