import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A caller waits for ever. */
export class BrokenCache extends ReferenceCache {
  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const { hardTimeout: _ignored, ...others } = options ?? {};
    return super.getOrSet(key, factory, others);
  }
}

export const caughtBy = ['getOrSet/hard-timeout', 'getOrSet/hard-timeout-in-grace'];
