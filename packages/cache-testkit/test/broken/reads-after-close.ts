import { ReferenceCache } from '../reference-cache.js';

/** Reads of a closed cache are misses. */
export class BrokenCache extends ReferenceCache {
  override async exists(key: string): Promise<boolean> {
    return !this.isClosed && super.exists(key);
  }
}

export const caughtBy = ['lifecycle/closed-exists'];
