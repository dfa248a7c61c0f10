import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A value too large for the cache makes everything else go before it is refused. */
export class BrokenCache extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    const isStored = await super.set(key, value, options);
    if (!isStored) await this.clear();
    return isStored;
  }
}

export const caughtBy = ['limits/oversize-refused'];
