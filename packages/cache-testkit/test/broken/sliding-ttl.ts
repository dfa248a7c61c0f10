import { expiryOf, type StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Every read starts the time to live anew. */
export class BrokenCache extends ReferenceCache {
  protected override touchEntry(key: string, entry: StoredEntry, now: number): void | Promise<void> {
    const { payload, sizeBytes, createdAt, ttlSeconds, tags, accessCount, lastAccessedAt } = entry;
    const expiresAt = expiryOf(now, ttlSeconds);
    this.stored.set(key, { payload, sizeBytes, createdAt, ttlSeconds, expiresAt, tags, accessCount, lastAccessedAt });
    return super.touchEntry(key, entry, now);
  }
}

export const caughtBy = ['ttl/reads-do-not-extend', 'sliding/touches-only-reads'];
