import { ReferenceCache } from '../reference-cache.js';

/** clear resolves before the entries are gone. */
export class BrokenCache extends ReferenceCache {
  protected override async clearStore(): Promise<void> {
    setImmediate(() => this.stored.clear());
  }
}

export const caughtBy = ['lifecycle/clear'];
