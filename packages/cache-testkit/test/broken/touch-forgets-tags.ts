import type { Ttl } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** touch drops the tags of an entry. */
export class BrokenCache extends ReferenceCache {
  override async touch(key: string, ttl?: Ttl): Promise<boolean> {
    const found = await this.lookup(key);
    return found.hit ? this.set(key, found.value, ttl === undefined ? {} : { ttl }) : false;
  }
}

export const caughtBy = ['atomic/touch', 'atomic/counted'];
