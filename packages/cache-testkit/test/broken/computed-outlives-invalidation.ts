import { ReferenceCache } from '../reference-cache.js';

/** An invalidation knows nothing of what is on its way into the store. */
export class BrokenCache extends ReferenceCache {
  protected override isInvalidatedSince(): boolean {
    return false;
  }
}

export const caughtBy = ['tags/invalidated-while-computing'];
