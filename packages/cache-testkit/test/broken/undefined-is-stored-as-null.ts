import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A factory that returns undefined has computed null. */
export class BrokenCache extends ReferenceCache {
  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const value = await super.getOrSet<unknown>(key, async (context) => (await factory(context)) ?? null, options);
    return value as T;
  }
}

export const caughtBy = ['getOrSet/undefined-is-not-stored'];
