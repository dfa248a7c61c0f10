import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An overwrite can only lengthen the time to live. */
export class BrokenCache extends ReferenceCache {
  protected override writeEntry(key: string, entry: StoredEntry): void {
    const before = this.stored.get(key);
    const { payload, sizeBytes, createdAt, ttlSeconds, tags, accessCount, lastAccessedAt } = entry;
    const expiresAt = before?.expiresAt === null ? null : entry.expiresAt;
    this.stored.set(key, { payload, sizeBytes, createdAt, ttlSeconds, expiresAt, tags, accessCount, lastAccessedAt });
  }
}

export const caughtBy = ['ttl/overwrite-shortens'];
