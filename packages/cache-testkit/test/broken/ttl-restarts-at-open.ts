import { expiryOf } from '@glovebox/cache-core';
import { KeepingCache } from '../keeping-cache.js';

/** The time to live starts anew when a store is opened. */
export class BrokenCache extends KeepingCache {
  protected override openStore(): void {
    for (const [key, entry] of this.kept.entries) {
      const createdAt = this.clock.now();
      this.kept.entries.set(key, { ...entry, createdAt, expiresAt: expiryOf(createdAt, entry.ttlSeconds) });
    }
  }
}

export const caughtBy = ['persistence/ttl'];
