import { CacheError, type Factory, type FactoryContext, type GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A factory that returns a value instead of a promise is refused. */
export class BrokenCache extends ReferenceCache {
  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const compute = (context: FactoryContext): Promise<T> => {
      const value = factory(context);
      if (!(value instanceof Promise)) throw new CacheError('CACHE_INVALID_CONFIG', 'the factory is not async');
      return value;
    };
    return super.getOrSet(key, compute, options);
  }
}

export const caughtBy = ['getOrSet/sync-factory'];
