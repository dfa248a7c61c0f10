import { ReferenceCache } from '../reference-cache.js';

/** Operations that are under way at a close fail with an error of the store. */
export class BrokenCache extends ReferenceCache {
  override async exists(key: string): Promise<boolean> {
    const isThere = await super.exists(key);
    if (this.isClosed) throw new Error('the connection is gone');
    return isThere;
  }
}

export const caughtBy = ['lifecycle/close-lets-operations-end'];
