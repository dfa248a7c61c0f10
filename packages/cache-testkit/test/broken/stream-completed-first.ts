import type { ByteSource, SetStreamOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Of streams that overlap the one that began last counts. */
export class BrokenCache extends ReferenceCache {
  readonly #begun = new Map<string, number>();

  override async setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    const turn = (this.#begun.get(key) ?? 0) + 1;
    this.#begun.set(key, turn);
    const before = this.stored.get(key);
    const isStored = await super.setStream(key, source, options);
    if (this.#begun.get(key) !== turn) {
      if (before === undefined) this.stored.delete(key);
      else this.stored.set(key, before);
    }
    return isStored;
  }
}

export const caughtBy = ['streams/completed-last'];
