import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A failed run of a factory is remembered. */
export class BrokenCache extends ReferenceCache {
  readonly #failures = new Map<string, unknown>();

  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    if (this.#failures.has(key)) throw this.#failures.get(key);
    try {
      return await super.getOrSet(key, factory, options);
    } catch (error) {
      this.#failures.set(key, error);
      throw error;
    }
  }
}

export const caughtBy = ['getOrSet/error-is-not-cached'];
