import { expiryOf, type StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An overwrite keeps the date of the first set. */
export class BrokenCache extends ReferenceCache {
  protected override writeEntry(key: string, entry: StoredEntry): void {
    const createdAt = this.stored.get(key)?.createdAt ?? entry.createdAt;
    const { payload, sizeBytes, ttlSeconds, tags, accessCount, lastAccessedAt } = entry;
    const expiresAt = expiryOf(createdAt, ttlSeconds);
    this.stored.set(key, { payload, sizeBytes, createdAt, ttlSeconds, expiresAt, tags, accessCount, lastAccessedAt });
  }
}

export const caughtBy = ['metadata/created-anew', 'ttl/overwrite-restarts'];
