import { ReferenceCache } from '../reference-cache.js';

/** A second close rejects. */
export class BrokenCache extends ReferenceCache {
  override async close(): Promise<void> {
    if (this.isClosed) throw new Error('the cache is closed');
    await super.close();
  }
}

export const caughtBy = ['lifecycle/close-twice'];
