import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A read puts an expiry off by the ttl, counted from the old expiry: an entry that is read often never expires. */
export class BrokenCache extends ReferenceCache {
  protected override extendEntry(key: string, entry: StoredEntry): number | undefined {
    if (entry.expiresAt === null || entry.ttlSeconds === null) return undefined;
    const expiresAt = entry.expiresAt + entry.ttlSeconds * 1_000;
    const { payload, sizeBytes, createdAt, ttlSeconds, tags, accessCount, lastAccessedAt, isSliding } = entry;
    const dates = { createdAt, ttlSeconds, expiresAt, lastAccessedAt };
    this.stored.set(key, { payload, sizeBytes, ...dates, tags, accessCount, isSliding });
    return expiresAt;
  }
}

export const caughtBy = ['model/operations', 'sliding/is-shown'];
