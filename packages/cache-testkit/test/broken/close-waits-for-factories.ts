import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** close waits for factories, however long they take. */
export class BrokenCache extends ReferenceCache {
  readonly #running = new Set<Promise<unknown>>();

  override getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const running = super.getOrSet(key, factory, options);
    this.#running.add(running);
    const forget = () => this.#running.delete(running);
    running.then(forget, forget);
    return running;
  }

  override async close(): Promise<void> {
    await Promise.allSettled(this.#running);
    await super.close();
  }
}

export const caughtBy = ['lifecycle/close-during-a-factory'];
