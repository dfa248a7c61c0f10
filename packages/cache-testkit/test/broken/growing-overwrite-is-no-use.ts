import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An overwrite by something larger leaves the entry at its old place in the order of uses. */
export class BrokenCache extends ReferenceCache {
  readonly #sizes = new Map<string, { sizeBytes: number; lastAccessedAt: number }>();

  protected override noteWritten(key: string, entry: StoredEntry): void {
    const { payload, createdAt, sizeBytes, ttlSeconds, expiresAt, tags, accessCount } = entry;
    const known = this.#sizes.get(key);
    const hasGrown = known !== undefined && this.stored.has(key) && known.sizeBytes < sizeBytes;
    const usedAt = hasGrown ? known.lastAccessedAt : createdAt;
    this.#sizes.set(key, { sizeBytes, lastAccessedAt: usedAt });
    super.noteWritten(key, {
      payload,
      sizeBytes,
      ttlSeconds,
      expiresAt,
      tags,
      accessCount,
      // The index takes the later of both for the last use.
      createdAt: usedAt,
      lastAccessedAt: usedAt,
    });
  }
}

export const caughtBy = ['model/lru'];
