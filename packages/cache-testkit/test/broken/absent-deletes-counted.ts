import { ReferenceCache } from '../reference-cache.js';

/** Deletes that find nothing are counted. */
export class BrokenCache extends ReferenceCache {
  override async delete(key: string): Promise<boolean> {
    const isDeleted = await super.delete(key);
    if (!isDeleted) this.count('deleteCount', this.clock.now());
    return isDeleted;
  }
}

export const caughtBy = ['stats/deletes'];
