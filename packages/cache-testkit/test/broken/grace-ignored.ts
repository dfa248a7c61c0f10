import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Nothing is served after it has expired. */
export class BrokenCache extends ReferenceCache {
  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const { grace: _ignored, ...others } = options ?? {};
    return super.getOrSet(key, factory, others);
  }
}

export const caughtBy = [
  'getOrSet/grace-while-refreshing',
  'getOrSet/grace-on-failure',
  'getOrSet/previous-in-grace',
  'getOrSet/soft-timeout-of-zero',
];
