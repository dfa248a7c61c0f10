import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An entry dated a moment ahead is a miss. */
export class BrokenCache extends ReferenceCache {
  protected override readEntry(key: string): StoredEntry | undefined {
    const entry = this.stored.get(key);
    return entry !== undefined && entry.createdAt > this.clock.now() ? undefined : entry;
  }
}

export const caughtBy = ['ttl/clock-may-step-back'];
