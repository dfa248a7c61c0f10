import type { BaseCacheOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** W-TinyLFU lets every newcomer in. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super(options.evictionPolicy === 'w-tinylfu' ? { ...options, evictionPolicy: 'lfu' } : options);
  }
}

export const caughtBy = ['limits/w-tinylfu-newcomer-goes'];
