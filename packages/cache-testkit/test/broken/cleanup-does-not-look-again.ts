import { setImmediate as nextTurn } from 'node:timers/promises';
import { isExpired } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Cleanup removes what it had listed as expired, though it was set again meanwhile. */
export class BrokenCache extends ReferenceCache {
  protected override async sweepStore(now: number): Promise<number> {
    const expired = [...this.listEntries()].filter((metadata) => isExpired(metadata, now));
    await nextTurn();
    for (const { key } of expired) {
      this.stored.delete(key);
      this.countExpiry(key);
    }
    return expired.length;
  }
}

export const caughtBy = ['ttl/cleanup-spares-replaced'];
