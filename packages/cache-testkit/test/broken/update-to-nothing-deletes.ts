import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

type Change<T> = (current: T | undefined) => T | undefined | Promise<T | undefined>;

/** A function that returns undefined removes the entry. */
export class BrokenCache extends ReferenceCache {
  override async update<T>(key: string, change: Change<T>, options?: SetOptions): Promise<T | undefined> {
    let isUnwanted = false;
    const updated = await super.update<T>(
      key,
      async (current) => {
        const next = await change(current);
        isUnwanted = next === undefined;
        return next;
      },
      options,
    );
    if (isUnwanted) await this.delete(key);
    return updated;
  }
}

export const caughtBy = ['atomic/update-to-nothing'];
