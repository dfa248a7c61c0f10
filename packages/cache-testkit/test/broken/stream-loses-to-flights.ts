import type { ByteSource, SetStreamOptions, StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** The streams stored while a factory ran are forgotten when its result comes. */
export class BrokenCache extends ReferenceCache {
  override async setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    const isStored = await super.setStream(key, source, options);
    const entry: StoredEntry | undefined = this.stored.get(key);
    if (this.#computing.has(key) && entry !== undefined) this.stored.delete(key);
    return isStored;
  }

  readonly #computing = new Set<string>();

  protected override withEntryLock<T>(key: string, task: () => Promise<T>): Promise<T> {
    this.#computing.add(key);
    return task().finally(() => this.#computing.delete(key));
  }
}

export const caughtBy = ['streams/outdates-flights'];
