import type { CacheEventName, CacheListener } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Listening has no end. */
export class BrokenCache extends ReferenceCache {
  override on<N extends CacheEventName>(name: N, listener: CacheListener<N>): () => void {
    super.on(name, listener);
    return () => {};
  }
}

export const caughtBy = ['events/unsubscribe'];
