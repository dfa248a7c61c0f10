import { type CacheCounters, createCounters } from '@glovebox/cache-core';
import { KeepingCache } from '../keeping-cache.js';

/** The instance that counts last overwrites what others counted. */
export class BrokenCache extends KeepingCache {
  protected override loadStats(): CacheCounters {
    return [...this.kept.counters.values()].at(-1) ?? createCounters();
  }
}

export const caughtBy = ['persistence/stats-of-two-instances', 'persistence/stats'];
