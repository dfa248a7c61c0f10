import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { SerializedCache } from '../serialized-cache.js';

/** getOrSet asks the store first, and rejects with it. */
export class BrokenCache extends SerializedCache {
  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    this.readEntry(key);
    return super.getOrSet(key, factory, options);
  }
}

export const caughtBy = ['faults/computed'];
