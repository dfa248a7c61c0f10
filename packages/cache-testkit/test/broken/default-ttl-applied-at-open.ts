import { expiryOf } from '@glovebox/cache-core';
import { KeepingCache } from '../keeping-cache.js';

/** A new default ttl is applied to the entries that are there. */
export class BrokenCache extends KeepingCache {
  protected override openStore(): void {
    const ttlSeconds = this.defaultTtlSeconds;
    if (ttlSeconds === null) return;
    for (const [key, entry] of this.kept.entries) {
      this.kept.entries.set(key, { ...entry, ttlSeconds, expiresAt: expiryOf(entry.createdAt, ttlSeconds) });
    }
  }
}

export const caughtBy = ['persistence/default-ttl-stays'];
