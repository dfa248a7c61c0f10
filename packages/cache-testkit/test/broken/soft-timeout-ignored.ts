import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A caller waits for the new value, however long that takes. */
export class BrokenCache extends ReferenceCache {
  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const { softTimeout: _ignored, ...others } = options ?? {};
    return super.getOrSet(key, factory, others);
  }
}

export const caughtBy = ['getOrSet/soft-timeout', 'getOrSet/soft-timeout-of-zero'];
