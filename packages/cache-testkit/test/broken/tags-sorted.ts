import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Tags are kept in alphabetical order. */
export class BrokenCache extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    const tags = options?.tags;
    return super.set(key, value, Array.isArray(tags) ? { ...options, tags: [...tags].sort() } : options);
  }
}

export const caughtBy = ['tags/kept'];
