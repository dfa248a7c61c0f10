import type { CacheManager } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An empty key in a namespace is a key. */
export class BrokenCache extends ReferenceCache {
  override namespace(name: string): CacheManager {
    const view = super.namespace(name);
    const set = view.set.bind(view);
    return Object.assign(view, { set: (key: string, value: unknown) => set(key === '' ? '(empty)' : key, value) });
  }
}

export const caughtBy = ['namespaces/keys-checked'];
