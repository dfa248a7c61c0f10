import { FileCache } from '../file-cache.ts';

/** Whoever closes a cache empties the store. */
export class BrokenCache extends FileCache {
  protected override async closeStore(): Promise<void> {
    await super.clearStore();
    await super.closeStore();
  }
}

export const caughtBy = ['processes/close-of-one'];
