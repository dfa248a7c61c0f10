import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

type Change<T> = (current: T | undefined) => T | undefined | Promise<T | undefined>;

/** Updates wait for each other, whatever their keys. */
export class BrokenCache extends ReferenceCache {
  #last: Promise<unknown> = Promise.resolve();

  override async update<T>(key: string, change: Change<T>, options?: SetOptions): Promise<T | undefined> {
    const update = this.#last.then(() => super.update(key, change, options));
    this.#last = update.catch(() => {});
    return update;
  }
}

export const caughtBy = ['atomic/updates-do-not-wait'];
