import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Eviction takes the oldest entry, though others have expired. */
export class BrokenCache extends ReferenceCache {
  protected override noteWritten(key: string, entry: StoredEntry): void {
    const { payload, sizeBytes, createdAt, ttlSeconds, tags, accessCount, lastAccessedAt } = entry;
    const dates = { createdAt, ttlSeconds, expiresAt: null, lastAccessedAt };
    super.noteWritten(key, { payload, sizeBytes, ...dates, tags, accessCount });
  }
}

export const caughtBy = ['limits/expired-before-live'];
