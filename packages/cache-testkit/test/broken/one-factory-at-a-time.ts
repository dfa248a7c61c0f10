import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Factories of all keys wait for each other. */
export class BrokenCache extends ReferenceCache {
  #last: Promise<unknown> = Promise.resolve();

  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const before = this.#last;
    const result = before.then(() => super.getOrSet(key, factory, options));
    this.#last = result.then(
      () => {},
      () => {},
    );
    return result;
  }
}

export const caughtBy = ['getOrSet/keys-do-not-wait'];
