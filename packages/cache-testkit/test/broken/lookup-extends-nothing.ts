import type { LookupResult, StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Of the reads, a `lookup` extends nothing. */
export class BrokenCache extends ReferenceCache {
  readonly #lookedUp = new Set<string>();

  override async lookup<T = unknown>(key: string): Promise<LookupResult<T>> {
    this.#lookedUp.add(key);
    try {
      return await super.lookup<T>(key);
    } finally {
      this.#lookedUp.delete(key);
    }
  }

  protected override extendEntry(key: string, entry: StoredEntry, now: number) {
    return this.#lookedUp.has(key) ? undefined : super.extendEntry(key, entry, now);
  }
}

export const caughtBy = ['model/operations', 'sliding/reads-extend'];
