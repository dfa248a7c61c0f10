import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Every caller of getOrSet runs its own factory. */
export class BrokenCache extends ReferenceCache {
  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions): Promise<T> {
    const found = await this.lookup<T>(key);
    if (found.hit) return found.value;
    const value = await factory();
    if (value !== undefined) await this.set(key, value, options);
    return value;
  }
}

export const caughtBy = ['getOrSet/single-flight'];
