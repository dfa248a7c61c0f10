import type { Factory, GetOrSetOptions, SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A ttl of null is taken for none at all. */
export class BrokenCache extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    return super.set(key, value, options?.ttl === null ? { ...options, ttl: undefined } : options);
  }

  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    return super.getOrSet(key, factory, options?.ttl === null ? { ...options, ttl: undefined } : options);
  }
}

export const caughtBy = ['ttl/null-before-default', 'getOrSet/ttl'];
