import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Every caller of getOrSet runs its own factory. */
export class BrokenCache extends ReferenceCache {
  #calls = 0;

  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const found = await this.lookup<T>(key);
    if (found.hit) return found.value;
    const ownKey = `${key}, call ${++this.#calls}`;
    const value = await super.getOrSet(ownKey, factory, options);
    await this.delete(ownKey);
    if (value !== undefined) await this.set(key, value);
    return value;
  }
}

export const caughtBy = ['getOrSet/single-flight'];
