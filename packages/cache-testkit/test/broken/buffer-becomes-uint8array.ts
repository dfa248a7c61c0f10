import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A Buffer comes back as a Uint8Array. */
export class BrokenCache extends ReferenceCache {
  protected override readEntry(key: string): StoredEntry | undefined {
    const entry = this.stored.get(key);
    if (entry?.payload.encoding !== 'buffer') return entry;
    const { payload, sizeBytes, createdAt, ttlSeconds, expiresAt, tags, accessCount, lastAccessedAt } = entry;
    const dates = { createdAt, ttlSeconds, expiresAt, lastAccessedAt };
    return { payload: { ...payload, encoding: 'uint8array' }, sizeBytes, ...dates, tags, accessCount };
  }
}

export const caughtBy = ['values/buffers'];
