import type { CacheMetadata, SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** The caller's own array of tags is kept. */
export class BrokenCache extends ReferenceCache {
  readonly #tags = new Map<string, readonly string[]>();

  override async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    if (options?.tags !== undefined) this.#tags.set(key, options.tags);
    return super.set(key, value, options);
  }

  override async getMetadata(key: string): Promise<CacheMetadata | undefined> {
    const metadata = await super.getMetadata(key);
    return metadata && { ...metadata, tags: [...(this.#tags.get(key) ?? metadata.tags)] };
  }
}

export const caughtBy = ['tags/copied'];
