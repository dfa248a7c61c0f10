import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

type Change<T> = (current: T | undefined) => T | undefined | Promise<T | undefined>;

/** An update whose function fails has changed nothing, and says nothing. */
export class BrokenCache extends ReferenceCache {
  override async update<T>(key: string, change: Change<T>, options?: SetOptions): Promise<T | undefined> {
    return super.update(key, change, options).catch(() => undefined);
  }
}

export const caughtBy = ['atomic/update-fails'];
