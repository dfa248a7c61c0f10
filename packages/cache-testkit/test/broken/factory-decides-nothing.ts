import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** What a factory says of its value is not heard, and it learns nothing. */
export class BrokenCache extends ReferenceCache {
  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const { signal } = new AbortController();
    const ignore = () => {};
    const deaf = { signal, previous: undefined, setTtl: ignore, setTags: ignore, skip: ignore };
    return super.getOrSet(key, () => factory(deaf), options);
  }
}

export const caughtBy = ['getOrSet/factory-decides', 'getOrSet/factory-mistakes', 'getOrSet/previous-in-grace'];
