import type { CacheCounters } from '@glovebox/cache-core';
import { addCounters } from '@glovebox/cache-core';
import { FileCache } from '../file-cache.ts';

/** Counters reach the store at close: a process that is killed has counted nothing. */
export class BrokenCache extends FileCache {
  protected override saveStats(): void {}

  protected override loadStats(own: Readonly<CacheCounters>): CacheCounters {
    const total = super.loadStats(own);
    if (!this.isClosed) addCounters(total, own);
    return total;
  }

  protected override closeStore(): void | Promise<void> {
    super.saveStats(this.counters);
    return super.closeStore();
  }
}

export const caughtBy = ['processes/stats-of-the-killed'];
