import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

type Change<T> = (current: T | undefined) => T | undefined | Promise<T | undefined>;

/** What an update stores is extended by no read. */
export class BrokenCache extends ReferenceCache {
  override async update<T>(key: string, change: Change<T>, options?: SetOptions): Promise<T | undefined> {
    return super.update(key, change, { sliding: false, ...options });
  }
}

export const caughtBy = ['sliding/ends-with-set'];
