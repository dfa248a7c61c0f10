import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An overwrite adds its tags to the old ones. */
export class BrokenCache extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    const tags = [...(this.stored.get(key)?.tags ?? []), ...(options?.tags ?? [])];
    return super.set(key, value, { ...options, tags });
  }
}

export const caughtBy = ['tags/replaced'];
