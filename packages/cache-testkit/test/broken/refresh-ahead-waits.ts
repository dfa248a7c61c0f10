import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A caller whose read starts a refresh waits for it. */
export class BrokenCache extends ReferenceCache {
  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const { refreshAhead, ...others } = options ?? {};
    const metadata = refreshAhead === undefined ? undefined : await this.getMetadata(key);
    const share = metadata === undefined ? 0 : metadata.ageSeconds / (metadata.ttlSeconds ?? Number.POSITIVE_INFINITY);
    if (refreshAhead !== undefined && share >= refreshAhead) await this.delete(key);
    return super.getOrSet(key, factory, others);
  }
}

export const caughtBy = ['getOrSet/refresh-ahead', 'getOrSet/refresh-ahead-fails'];
