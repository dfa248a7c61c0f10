import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An entry dated in the future is given out. */
export class BrokenCache extends ReferenceCache {
  protected override readEntry(key: string): StoredEntry | undefined {
    const entry = this.stored.get(key);
    if (entry === undefined || entry.createdAt <= this.clock.now()) return entry;
    const { payload, sizeBytes, ttlSeconds, expiresAt, tags, accessCount, lastAccessedAt } = entry;
    return {
      payload,
      sizeBytes,
      createdAt: this.clock.now(),
      ttlSeconds,
      expiresAt,
      tags,
      accessCount,
      lastAccessedAt,
    };
  }
}

export const caughtBy = ['ttl/future-is-a-miss'];
