import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An entry dies one millisecond too early. */
export class BrokenCache extends ReferenceCache {
  protected override writeEntry(key: string, entry: StoredEntry): void {
    const { payload, sizeBytes, createdAt, ttlSeconds, tags, accessCount, lastAccessedAt } = entry;
    const expiresAt = entry.expiresAt === null ? null : entry.expiresAt - 1;
    this.stored.set(key, { payload, sizeBytes, createdAt, ttlSeconds, expiresAt, tags, accessCount, lastAccessedAt });
  }
}

export const caughtBy = ['ttl/live-until-the-end'];
