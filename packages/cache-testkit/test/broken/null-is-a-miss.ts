import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A stored null reads as a miss. */
export class BrokenCache extends ReferenceCache {
  protected override readEntry(key: string): StoredEntry | undefined {
    const entry = this.stored.get(key);
    return entry?.payload.data === 'null' ? undefined : entry;
  }
}

export const caughtBy = ['values/falsy-values-are-hits', 'getOrSet/null-is-stored'];
