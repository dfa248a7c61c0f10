import { isCacheError, type SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

type Change<T> = (current: T | undefined) => T | undefined | Promise<T | undefined>;

/** An update that was under way when the cache was closed says nothing of it. */
export class BrokenCache extends ReferenceCache {
  override async update<T>(key: string, change: Change<T>, options?: SetOptions): Promise<T | undefined> {
    return super.update(key, change, options).catch((error: unknown) => {
      if (isCacheError(error, 'CACHE_CLOSED')) return undefined;
      throw error;
    });
  }
}

export const caughtBy = ['atomic/after-close'];
