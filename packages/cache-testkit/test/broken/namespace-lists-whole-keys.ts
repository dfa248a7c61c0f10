import type { CacheManager } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A namespace lists its keys as the store has them. */
export class BrokenCache extends ReferenceCache {
  override namespace(name: string): CacheManager {
    const view = super.namespace(name);
    const whole = (key: string) => `${name}/${key}`;
    const keys = view.keys.bind(view);
    const getMetadata = view.getMetadata.bind(view);
    return Object.assign(view, {
      async *keys(options?: { prefix?: string }) {
        for await (const key of keys(options)) yield whole(key);
      },
      async getMetadata(key: string) {
        const metadata = await getMetadata(key);
        return metadata && { ...metadata, key: whole(key) };
      },
    });
  }
}

export const caughtBy = ['namespaces/keys', 'namespaces/metadata'];
