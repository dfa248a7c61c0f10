import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** What has expired is served whenever a factory fails. */
export class BrokenCache extends ReferenceCache {
  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const held = this.stored.get(key);
    try {
      return await super.getOrSet(key, factory, options);
    } catch (error) {
      if (held === undefined) throw error;
      return this.codec.decode(held.payload) as T;
    }
  }
}

export const caughtBy = ['getOrSet/grace-of-the-caller', 'getOrSet/grace-on-failure'];
