import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An overwrite keeps the size of the first value. */
export class BrokenCache extends ReferenceCache {
  protected override writeEntry(key: string, entry: StoredEntry): void {
    const sizeBytes = this.stored.get(key)?.sizeBytes ?? entry.sizeBytes;
    const { payload, createdAt, ttlSeconds, expiresAt, tags, accessCount, lastAccessedAt } = entry;
    this.stored.set(key, { payload, sizeBytes, createdAt, ttlSeconds, expiresAt, tags, accessCount, lastAccessedAt });
  }
}

export const caughtBy = ['metadata/size-grows'];
