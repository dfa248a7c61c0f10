import type { CacheMetadata, ListOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A listing by tag knows an entry by the first of its tags alone. */
export class BrokenCache extends ReferenceCache {
  override async *entries(options?: ListOptions): AsyncGenerator<CacheMetadata, void, undefined> {
    for await (const metadata of super.entries(options)) {
      if (options?.tag === undefined || metadata.tags[0] === options.tag) yield metadata;
    }
  }

  override async *keys(options?: ListOptions): AsyncGenerator<string, void, undefined> {
    if (options?.tag === undefined) yield* super.keys(options);
    else for await (const { key } of this.entries(options)) yield key;
  }
}

export const caughtBy = ['keys/filters', 'model/operations'];
