import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** add is a set. */
export class BrokenCache extends ReferenceCache {
  override add(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    return this.set(key, value, options);
  }
}

export const caughtBy = ['atomic/add', 'atomic/concurrent-adds'];
