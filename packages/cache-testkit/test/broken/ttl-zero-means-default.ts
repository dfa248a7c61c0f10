import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A ttl of 0 is taken for none at all. */
export class BrokenCache extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    return super.set(key, value, options?.ttl === 0 ? { ...options, ttl: undefined } : options);
  }
}

export const caughtBy = ['ttl/invalid-refused', 'ttl/invalid-leaves-old'];
