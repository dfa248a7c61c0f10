import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An expired entry that was not removed yet keeps its key. */
export class BrokenCache extends ReferenceCache {
  override async add(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    return this.stored.has(key) ? false : super.add(key, value, options);
  }
}

export const caughtBy = ['atomic/add-after-expiry'];
