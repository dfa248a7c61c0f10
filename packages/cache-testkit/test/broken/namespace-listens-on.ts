import type { CacheManager } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Who listened to a closed view goes on hearing. */
export class BrokenCache extends ReferenceCache {
  override namespace(name: string): CacheManager {
    const view = super.namespace(name);
    const on: CacheManager['on'] = (event, listener) => this.listenTo(name, event, listener);
    return Object.assign(view, { on });
  }
}

export const caughtBy = ['namespaces/events-end'];
