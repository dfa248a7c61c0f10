import type { Factory, FactoryContext, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** When a factory fails, what others compute at that time is not stored. */
export class BrokenCache extends ReferenceCache {
  readonly #running = new Set<FactoryContext>();

  override getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const compute: Factory<T> = async (context) => {
      this.#running.add(context);
      try {
        return await factory(context);
      } catch (error) {
        for (const other of this.#running) other.skip();
        throw error;
      } finally {
        this.#running.delete(context);
      }
    };
    return super.getOrSet(key, compute, options);
  }
}

export const caughtBy = ['getOrSet/warm-failures'];
