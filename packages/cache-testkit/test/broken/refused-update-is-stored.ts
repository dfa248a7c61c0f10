import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

type Change<T> = (current: T | undefined) => T | undefined | Promise<T | undefined>;

/** An update that there is no room for returns its value as if it had been stored. */
export class BrokenCache extends ReferenceCache {
  override async update<T>(key: string, change: Change<T>, options?: SetOptions): Promise<T | undefined> {
    let made: T | undefined;
    const stored = await super.update<T>(
      key,
      async (current) => {
        made = await change(current);
        return made;
      },
      options,
    );
    return stored ?? made;
  }
}

export const caughtBy = ['model/ttl'];
