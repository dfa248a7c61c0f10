import type { StoredEntry } from '@glovebox/cache-core';
import { KeepingCache } from '../keeping-cache.js';

/** After a restart the first value of a key is there again. */
export class BrokenCache extends KeepingCache {
  readonly #fresh = new Map<string, StoredEntry>();

  protected override readEntry(key: string): StoredEntry | undefined {
    return this.#fresh.get(key) ?? super.readEntry(key);
  }

  protected override writeEntry(key: string, entry: StoredEntry): void {
    if (super.readEntry(key) === undefined) super.writeEntry(key, entry);
    this.#fresh.set(key, entry);
  }

  protected override removeEntry(key: string): boolean {
    this.#fresh.delete(key);
    return super.removeEntry(key);
  }
}

export const caughtBy = ['persistence/overwrites'];
