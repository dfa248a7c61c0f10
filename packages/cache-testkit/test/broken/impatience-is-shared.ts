import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Whoever joins a run waits no longer than the caller who began it. */
export class BrokenCache extends ReferenceCache {
  readonly #limits = new Map<string, GetOrSetOptions['hardTimeout']>();

  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const hardTimeout = options?.hardTimeout ?? this.#limits.get(key);
    this.#limits.set(key, hardTimeout);
    try {
      return await super.getOrSet(key, factory, { ...options, hardTimeout });
    } finally {
      this.#limits.delete(key);
    }
  }
}

export const caughtBy = ['getOrSet/hard-timeout-of-one'];
