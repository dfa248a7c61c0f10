import type { CacheEventName, CacheListener } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Listeners of a namespace hear of all keys. */
export class BrokenCache extends ReferenceCache {
  protected override listenTo<N extends CacheEventName>(_namespace: string, name: N, listener: CacheListener<N>) {
    return this.on(name, listener);
  }
}

export const caughtBy = ['namespaces/events'];
