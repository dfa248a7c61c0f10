import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Every read counts as the first. */
export class BrokenCache extends ReferenceCache {
  readonly #read = new Set<string>();

  protected override touchEntry(key: string, entry: StoredEntry, now: number): void | Promise<void> {
    if (this.#read.has(key)) return;
    this.#read.add(key);
    return super.touchEntry(key, entry, now);
  }
}

export const caughtBy = ['metadata/access-count', 'limits/lfu-fewest-reads'];
