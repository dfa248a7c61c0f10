import { FileCache } from '../file-cache.ts';

/** Whoever opens a store empties it. */
export class BrokenCache extends FileCache {
  protected override openStore(): void | Promise<void> {
    return super.clearStore();
  }
}

export const caughtBy = ['processes/open-at-once'];
