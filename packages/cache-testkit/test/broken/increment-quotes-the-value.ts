import { CacheError } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An error names the value that can not be incremented. */
export class BrokenCache extends ReferenceCache {
  override async increment(key: string, by?: number): Promise<number | undefined> {
    const value = await this.get(key);
    if (value === undefined || typeof value === 'number') return super.increment(key, by);
    throw new CacheError('CACHE_WRONG_TYPE', `${String(value)} is no number`, { key });
  }
}

export const caughtBy = ['atomic/increment-of-others'];
