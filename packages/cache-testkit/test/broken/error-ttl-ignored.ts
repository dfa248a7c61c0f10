import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An error is forgotten at once. */
export class BrokenCache extends ReferenceCache {
  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const { errorTtl: _ignored, ...others } = options ?? {};
    return super.getOrSet(key, factory, others);
  }
}

export const caughtBy = ['getOrSet/error-ttl'];
