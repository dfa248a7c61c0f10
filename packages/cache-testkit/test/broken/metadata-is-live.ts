import type { CacheMetadata } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** The metadata given out is what the cache goes on using. */
export class BrokenCache extends ReferenceCache {
  readonly #given = new Map<string, CacheMetadata>();

  override async getMetadata(key: string): Promise<CacheMetadata | undefined> {
    const metadata = await super.getMetadata(key);
    if (metadata === undefined) return undefined;
    const given = this.#given.get(key) ?? metadata;
    this.#given.set(key, given);
    return Object.assign(given, { ...metadata, tags: given.tags });
  }
}

export const caughtBy = ['metadata/is-a-snapshot'];
