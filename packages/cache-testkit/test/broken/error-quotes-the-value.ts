import { CacheError, isCacheError, type SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An error message holds the value. */
export class BrokenCache extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    try {
      return await super.set(key, value, options);
    } catch (error) {
      if (!isCacheError(error)) throw error;
      throw new CacheError(error.code, `${error.message}: ${String(Reflect.get(Object(value), 'secret'))}`, { key });
    }
  }
}

export const caughtBy = ['values/errors-hold-no-value'];
