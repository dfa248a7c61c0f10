import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A key exists from the moment on in which somebody begins to compute its value. */
export class BrokenCache extends ReferenceCache {
  readonly #computing = new Set<string>();

  override getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const compute: Factory<T> = async (context) => {
      this.#computing.add(key);
      try {
        return await factory(context);
      } finally {
        this.#computing.delete(key);
      }
    };
    return super.getOrSet(key, compute, options);
  }

  override async exists(key: string): Promise<boolean> {
    return (await super.exists(key)) || this.#computing.has(key);
  }
}

export const caughtBy = ['getOrSet/warm-joins'];
