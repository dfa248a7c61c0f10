import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A ttl of null leaves the entry the ttl that it has. */
export class BrokenCache extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    const before = this.stored.get(key)?.ttlSeconds;
    return super.set(key, value, options?.ttl === null && before ? { ...options, ttl: before } : options);
  }
}

export const caughtBy = ['ttl/overwrite-ends'];
