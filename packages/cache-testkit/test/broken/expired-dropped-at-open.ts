import { type BaseCacheOptions, isExpired } from '@glovebox/cache-core';
import type { StoreContext } from '@glovebox/cache-testkit';
import { KeepingCache } from '../keeping-cache.js';

/** An instance that opens the store removes what has expired, in its grace or not. */
export class BrokenCache extends KeepingCache {
  constructor(options: BaseCacheOptions, context: StoreContext) {
    super(options, context);
    for (const [key, entry] of this.kept.entries) if (isExpired(entry, this.clock.now())) this.kept.entries.delete(key);
  }
}

export const caughtBy = ['getOrSet/grace-over-reopen'];
