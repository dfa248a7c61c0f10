import { checkKey } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A mistake of the caller throws instead of rejecting. */
export class BrokenCache extends ReferenceCache {
  override exists(key: string): Promise<boolean> {
    checkKey(key);
    return super.exists(key);
  }
}

export const caughtBy = ['keys/empty-refused'];
