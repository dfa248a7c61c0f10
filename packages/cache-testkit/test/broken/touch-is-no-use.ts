import type { StoredEntry, Ttl } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A touch leaves its entry at its old place in the order of uses. */
export class BrokenCache extends ReferenceCache {
  #usedAt: number | undefined;

  override async touch(key: string, ttl?: Ttl): Promise<boolean> {
    const { lastAccessedAt } = (await this.getMetadata(key)) ?? {};
    this.#usedAt = lastAccessedAt;
    try {
      return await super.touch(key, ttl);
    } finally {
      this.#usedAt = undefined;
    }
  }

  protected override noteWritten(key: string, entry: StoredEntry): void {
    const { payload, sizeBytes, ttlSeconds, expiresAt, tags, accessCount, createdAt } = entry;
    const usedAt = this.#usedAt ?? createdAt;
    // The index takes the later of both for the last use.
    const dates = { createdAt: usedAt, lastAccessedAt: usedAt, ttlSeconds, expiresAt };
    super.noteWritten(key, { payload, sizeBytes, ...dates, tags, accessCount });
  }
}

export const caughtBy = ['model/lru'];
