import type { CacheEventName, CacheListener, SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** What a listener throws reaches the caller. */
export class BrokenCache extends ReferenceCache {
  override on<N extends CacheEventName>(name: N, listener: CacheListener<N>): () => void {
    return super.on(name, (event) => {
      try {
        listener(event);
      } catch (error) {
        this.#thrown = error;
      }
    });
  }

  #thrown: unknown;

  override async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    const isStored = await super.set(key, value, options);
    if (this.#thrown !== undefined) throw this.#thrown;
    return isStored;
  }
}

export const caughtBy = ['events/listeners-may-throw'];
