import type { Ttl } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** touch of a missing key is true. */
export class BrokenCache extends ReferenceCache {
  override async touch(key: string, ttl?: Ttl): Promise<boolean> {
    await super.touch(key, ttl);
    return true;
  }
}

export const caughtBy = ['atomic/touch'];
