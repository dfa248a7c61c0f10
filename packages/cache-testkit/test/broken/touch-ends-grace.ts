import type { Ttl } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An entry that is touched loses its grace. */
export class BrokenCache extends ReferenceCache {
  override async touch(key: string, ttl?: Ttl): Promise<boolean> {
    const isTouched = await super.touch(key, ttl);
    const entry = this.stored.get(key);
    if (isTouched && entry !== undefined) {
      const { payload, sizeBytes, createdAt, ttlSeconds, expiresAt, tags, accessCount, lastAccessedAt } = entry;
      const dates = { createdAt, ttlSeconds, expiresAt, lastAccessedAt };
      this.stored.set(key, { payload, sizeBytes, ...dates, tags, accessCount });
    }
    return isTouched;
  }
}

export const caughtBy = ['model/operations'];
