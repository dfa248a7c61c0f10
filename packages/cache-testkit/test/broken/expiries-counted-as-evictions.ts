import { ReferenceCache } from '../reference-cache.js';

/** An entry that expired counts as evicted. */
export class BrokenCache extends ReferenceCache {
  protected override countExpiry(key: string): void {
    this.countEviction(key);
  }
}

export const caughtBy = ['stats/expiries'];
