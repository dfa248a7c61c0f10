import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Callers that share a run of a factory get one object. */
export class BrokenCache extends ReferenceCache {
  readonly #running = new Map<string, Promise<unknown>>();

  override getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const running = this.#running.get(key) ?? super.getOrSet(key, factory, options);
    this.#running.set(key, running);
    const forget = () => this.#running.delete(key);
    running.then(forget, forget);
    return running as Promise<T>;
  }
}

export const caughtBy = ['isolation/of-waiters'];
