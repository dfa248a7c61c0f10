import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A `set` that is refused protects the old entry from eviction, as if it had been read. */
export class BrokenCache extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    const isStored = await super.set(key, value, options);
    const entry = this.stored.get(key);
    if (!isStored && entry !== undefined) await this.touchEntry(key, entry, this.clock.now());
    return isStored;
  }
}

export const caughtBy = ['model/fifo'];
