import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A new value inherits the grace of the one that it replaces. */
export class BrokenCache extends ReferenceCache {
  protected override writeEntry(key: string, entry: StoredEntry): void {
    const { payload, sizeBytes, createdAt, ttlSeconds, expiresAt, tags, accessCount, lastAccessedAt } = entry;
    const graceUntil = entry.graceUntil ?? this.stored.get(key)?.graceUntil;
    const dates = { createdAt, ttlSeconds, expiresAt, graceUntil, lastAccessedAt };
    super.writeEntry(key, { payload, sizeBytes, ...dates, tags, accessCount });
  }
}

export const caughtBy = ['getOrSet/grace-yields-to-set'];
