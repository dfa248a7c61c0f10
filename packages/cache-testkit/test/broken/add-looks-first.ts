import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** add looks for an entry, and stores its own later. */
export class BrokenCache extends ReferenceCache {
  override async add(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    if (await this.exists(key)) return false;
    return this.set(key, value, options);
  }
}

export const caughtBy = ['atomic/concurrent-adds'];
