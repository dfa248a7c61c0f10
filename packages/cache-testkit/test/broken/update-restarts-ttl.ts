import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

type Change<T> = (current: T | undefined) => T | undefined | Promise<T | undefined>;

/** An update gives its entry the default ttl, and no tags. */
export class BrokenCache extends ReferenceCache {
  override async update<T>(key: string, change: Change<T>, options?: SetOptions): Promise<T | undefined> {
    const created = { ttl: this.defaultTtlSeconds, tags: [], ...options };
    return super.update(key, change, created);
  }
}

export const caughtBy = ['atomic/update-keeps-expiry'];
