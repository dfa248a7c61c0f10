import type { CacheMetadata, ListOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Listing the entries reads each of them. */
export class BrokenCache extends ReferenceCache {
  override async *entries(options?: ListOptions): AsyncGenerator<CacheMetadata, void, undefined> {
    for await (const metadata of super.entries(options)) {
      await this.get(metadata.key);
      yield metadata;
    }
  }
}

export const caughtBy = ['keys/entries'];
