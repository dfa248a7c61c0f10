import { type Factory, type GetOrSetOptions, isCacheError } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Options of getOrSet that make no sense are left out. */
export class BrokenCache extends ReferenceCache {
  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    try {
      return await super.getOrSet(key, factory, options);
    } catch (error) {
      if (options === undefined || !isCacheError(error, 'CACHE_INVALID_CONFIG')) throw error;
      return super.getOrSet(key, factory);
    }
  }
}

export const caughtBy = ['getOrSet/options-refused'];
