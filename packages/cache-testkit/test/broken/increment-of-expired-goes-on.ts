import { isExpired, type SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A number that has expired and is still held is what increment adds to. */
export class BrokenCache extends ReferenceCache {
  override async increment(key: string, by = 1, options?: SetOptions): Promise<number | undefined> {
    const entry = this.stored.get(key);
    const isHeld = entry !== undefined && isExpired(entry, this.clock.now());
    const held: unknown = isHeld ? this.codec.decode(entry.payload) : 0;
    return super.increment(key, typeof held === 'number' ? held + by : by, options);
  }
}

export const caughtBy = ['atomic/increment-after-expiry'];
