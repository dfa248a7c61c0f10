import { AsyncResource } from 'node:async_hooks';
import type { Factory } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Factories run in the context in which the cache was made. */
export class BrokenCache extends ReferenceCache {
  readonly #outside = new AsyncResource('BrokenCache');

  override getOrSet<T>(key: string, factory: Factory<T>): Promise<T> {
    return super.getOrSet(key, (context) => this.#outside.runInAsyncScope(() => factory(context)));
  }
}

export const caughtBy = ['tracing/factories'];
