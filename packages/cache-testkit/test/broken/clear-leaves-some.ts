import { ReferenceCache } from '../reference-cache.js';

/** clear stops after the first entries. */
export class BrokenCache extends ReferenceCache {
  protected override async clearStore(): Promise<void> {
    for (const key of [...this.stored.keys()].slice(0, 10)) this.stored.delete(key);
  }
}

export const caughtBy = ['lifecycle/clear'];
