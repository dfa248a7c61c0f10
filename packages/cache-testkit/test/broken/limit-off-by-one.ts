import type { BaseCacheOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** There may be one entry more than maxEntries. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super(options.maxEntries === undefined ? options : { ...options, maxEntries: options.maxEntries + 1 });
  }
}

export const caughtBy = ['limits/entries', 'limits/one-entry'];
