import { ReferenceCache } from '../reference-cache.js';

/** delete is true, whether there was an entry or not. */
export class BrokenCache extends ReferenceCache {
  override async delete(key: string): Promise<boolean> {
    await super.delete(key);
    return true;
  }
}

export const caughtBy = ['lifecycle/delete', 'lifecycle/concurrent-deletes'];
