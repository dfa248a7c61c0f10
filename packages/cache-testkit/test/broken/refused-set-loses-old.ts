import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A set removes the old entry before it looks at the new value. */
export class BrokenCache extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    await this.removeEntry(key);
    return super.set(key, value, options);
  }
}

export const caughtBy = ['values/functions-refused', 'limits/oversize-leaves-old'];
