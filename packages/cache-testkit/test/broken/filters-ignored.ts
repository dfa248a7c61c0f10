import type { CacheMetadata, ListOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

const prefixOf = (options: ListOptions = {}) => (options.prefix === undefined ? {} : { prefix: options.prefix });

/** A listing knows no filter but the prefix. */
export class BrokenCache extends ReferenceCache {
  override keys(options?: ListOptions): AsyncGenerator<string, void, undefined> {
    return super.keys(prefixOf(options));
  }

  override entries(options?: ListOptions): AsyncGenerator<CacheMetadata, void, undefined> {
    return super.entries(prefixOf(options));
  }
}

export const caughtBy = ['keys/filters', 'keys/filters-checked'];
