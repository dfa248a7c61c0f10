import { ReferenceCache } from '../reference-cache.js';

/** close rejects when there is nothing wrong. */
export class BrokenCache extends ReferenceCache {
  override async close(): Promise<void> {
    await super.close();
    throw new Error('could not flush');
  }
}

export const caughtBy = ['lifecycle/close-unused', 'lifecycle/close-twice'];
