import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

type Change<T> = (current: T | undefined) => T | undefined | Promise<T | undefined>;

/** update returns what was there before. */
export class BrokenCache extends ReferenceCache {
  override async update<T>(key: string, change: Change<T>, options?: SetOptions): Promise<T | undefined> {
    const before = await this.get<T>(key);
    await super.update(key, change, options);
    return before;
  }
}

export const caughtBy = ['atomic/update'];
