import type { CacheEventName, CacheListener } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Events carry the value. */
export class BrokenCache extends ReferenceCache {
  override on<N extends CacheEventName>(name: N, listener: CacheListener<N>): () => void {
    return super.on(name, (event) => {
      const value = 'key' in event ? this.stored.get(String(event.key))?.payload.data : undefined;
      listener(Object.assign(event, { value }));
    });
  }
}

export const caughtBy = ['events/no-values'];
