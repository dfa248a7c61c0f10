import { ReferenceCache } from '../reference-cache.js';

/** Cleanup returns how many entries it looked at. */
export class BrokenCache extends ReferenceCache {
  protected override async sweepStore(now: number, automatic: boolean): Promise<number> {
    const { size } = this.stored;
    await super.sweepStore(now, automatic);
    return size;
  }
}

export const caughtBy = ['ttl/cleanup-counts'];
