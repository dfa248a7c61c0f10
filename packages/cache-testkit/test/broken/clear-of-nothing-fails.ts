import { ReferenceCache } from '../reference-cache.js';

/** clear of an empty cache rejects. */
export class BrokenCache extends ReferenceCache {
  override async clear(): Promise<void> {
    const isEmpty = this.stored.size === 0;
    await super.clear();
    if (isEmpty) throw new RangeError('nothing to clear');
  }
}

export const caughtBy = ['lifecycle/clear-of-nothing'];
