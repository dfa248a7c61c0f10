import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Overwrites are not counted as sets. */
export class BrokenCache extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    const isNew = !this.stored.has(key);
    const isStored = await super.set(key, value, options);
    if (isStored && !isNew) this.count('setCount', this.clock.now(), -1);
    return isStored;
  }
}

export const caughtBy = ['stats/writes'];
