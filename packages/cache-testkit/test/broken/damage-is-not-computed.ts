import type { StoredEntry } from '@glovebox/cache-core';
import { SerializedCache } from '../serialized-cache.js';

/** getOrSet leaves the place of a damaged entry as it is. */
export class BrokenCache extends SerializedCache {
  protected override writeEntry(key: string, entry: StoredEntry): void {
    if (!this.#isDamaged.has(key)) super.writeEntry(key, entry);
  }

  protected override healEntry(key: string): void {
    this.#isDamaged.add(key);
  }

  readonly #isDamaged = new Set<string>();
}

export const caughtBy = ['damage/computed'];
