import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** What an entry replaced goes on counting towards the limit in bytes, so that others go too early. */
export class BrokenCache extends ReferenceCache {
  protected override noteWritten(key: string, entry: StoredEntry): void {
    const replacedBytes = this.#known.get(key) ?? 0;
    this.#known.set(key, entry.sizeBytes);
    const { payload, createdAt, ttlSeconds, expiresAt, tags, accessCount, lastAccessedAt } = entry;
    const dates = { createdAt, ttlSeconds, expiresAt, lastAccessedAt };
    super.noteWritten(key, { payload, ...dates, tags, accessCount, sizeBytes: entry.sizeBytes + replacedBytes });
  }

  readonly #known = new Map<string, number>();
}

export const caughtBy = ['model/lru'];
