import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Those who waited for a factory that failed get undefined. */
export class BrokenCache extends ReferenceCache {
  readonly #running = new Set<string>();

  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const isFirst = !this.#running.has(key);
    this.#running.add(key);
    try {
      return await super.getOrSet(key, factory, options);
    } catch (error) {
      if (isFirst) throw error;
      return undefined as T;
    } finally {
      this.#running.delete(key);
    }
  }
}

export const caughtBy = ['getOrSet/error-reaches-all'];
