import { CacheError, type SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** What is refused is not traced. */
export class BrokenCache extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    if (value === undefined) throw new CacheError('CACHE_UNSERIALIZABLE', 'the value is undefined', { key });
    return super.set(key, value, options);
  }
}

export const caughtBy = ['tracing/rejections'];
