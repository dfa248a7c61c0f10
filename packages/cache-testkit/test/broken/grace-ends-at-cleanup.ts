import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A cleanup removes what has expired, in its grace or not. */
export class BrokenCache extends ReferenceCache {
  protected override writeEntry(key: string, entry: StoredEntry): void {
    const { payload, sizeBytes, createdAt, ttlSeconds, expiresAt, tags, accessCount, lastAccessedAt } = entry;
    const dates = { createdAt, ttlSeconds, expiresAt, lastAccessedAt };
    super.writeEntry(key, { payload, sizeBytes, ...dates, tags, accessCount });
  }
}

export const caughtBy = ['getOrSet/grace-outlasts-cleanup'];
