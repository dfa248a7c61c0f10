import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

type Change<T> = (current: T | undefined) => T | undefined | Promise<T | undefined>;

/** update reads, and sets what was made of it. */
export class BrokenCache extends ReferenceCache {
  override async update<T>(key: string, change: Change<T>, options?: SetOptions): Promise<T | undefined> {
    const next = await change(await this.get<T>(key));
    if (next !== undefined) await this.set(key, next, options);
    return next ?? this.get<T>(key);
  }
}

export const caughtBy = [
  'atomic/concurrent-updates',
  'atomic/update-sees-set',
  'atomic/update-sees-delete',
  'atomic/update-keeps-expiry',
];
