import type { BaseCacheOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An entry goes as soon as the limit is reached. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    const { maxEntries = 1 } = options;
    super(maxEntries === 1 ? options : { ...options, maxEntries: maxEntries - 1 });
  }
}

export const caughtBy = ['limits/fill-to-the-limit'];
