import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** FIFO gives an overwritten entry the place of the old one. */
export class BrokenCache extends ReferenceCache {
  readonly #firstAt = new Map<string, number>();

  protected override noteWritten(key: string, entry: StoredEntry): void {
    const createdAt = this.#firstAt.get(key) ?? entry.createdAt;
    this.#firstAt.set(key, createdAt);
    const { payload, sizeBytes, ttlSeconds, expiresAt, tags, accessCount, lastAccessedAt } = entry;
    super.noteWritten(key, { payload, sizeBytes, createdAt, ttlSeconds, expiresAt, tags, accessCount, lastAccessedAt });
  }
}

export const caughtBy = ['limits/fifo-overwrite-is-new'];
