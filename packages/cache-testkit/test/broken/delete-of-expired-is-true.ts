import { ReferenceCache } from '../reference-cache.js';

/** delete of an expired entry is true. */
export class BrokenCache extends ReferenceCache {
  override async delete(key: string): Promise<boolean> {
    const isThere = this.stored.has(key);
    await super.delete(key);
    return isThere;
  }
}

export const caughtBy = ['ttl/expired-is-not-deleted-twice'];
