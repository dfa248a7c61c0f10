import { expiryOf, type Factory, type GetOrSetOptions, type StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A computed value is dated from the beginning of its computation. */
export class BrokenCache extends ReferenceCache {
  #begunAt: number | undefined;

  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    this.#begunAt = this.clock.now();
    return super.getOrSet(key, factory, options);
  }

  protected override writeEntry(key: string, entry: StoredEntry): void {
    const createdAt = this.#begunAt ?? entry.createdAt;
    const { payload, sizeBytes, ttlSeconds, tags, accessCount, lastAccessedAt } = entry;
    const expiresAt = expiryOf(createdAt, ttlSeconds);
    this.stored.set(key, { payload, sizeBytes, createdAt, ttlSeconds, expiresAt, tags, accessCount, lastAccessedAt });
  }
}

export const caughtBy = ['getOrSet/dated-when-computed'];
