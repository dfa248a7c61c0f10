import type { CacheCounters } from '@glovebox/cache-core';
import { FileCache } from '../file-cache.ts';

/** Counters are written when somebody asks for them and at close: a killed process takes its last ones with it. */
export class BrokenCache extends FileCache {
  protected override saveStats(): void {}

  protected override loadStats(own: Readonly<CacheCounters>): CacheCounters {
    super.saveStats(own);
    return super.loadStats(own);
  }

  protected override closeStore(): void | Promise<void> {
    super.saveStats(this.counters);
    return super.closeStore();
  }
}

export const caughtBy = ['crashes/replace'];
