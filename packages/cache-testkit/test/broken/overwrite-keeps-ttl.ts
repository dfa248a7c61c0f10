import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A set without ttl keeps the ttl of the entry that it replaces. */
export class BrokenCache extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    const ttl = options?.ttl === undefined ? this.stored.get(key)?.ttlSeconds : options.ttl;
    return super.set(key, value, { ...options, ttl });
  }
}

export const caughtBy = ['ttl/overwrite-takes-default'];
