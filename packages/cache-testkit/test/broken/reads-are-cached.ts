import type { StoredEntry } from '@glovebox/cache-core';
import { KeepingCache } from '../keeping-cache.js';

/** An instance remembers what it has read, and does not see what another one writes. */
export class BrokenCache extends KeepingCache {
  readonly #seen = new Map<string, StoredEntry>();

  protected override readEntry(key: string): StoredEntry | undefined {
    const entry = this.#seen.get(key) ?? super.readEntry(key);
    if (entry !== undefined) this.#seen.set(key, entry);
    return entry;
  }

  protected override writeEntry(key: string, entry: StoredEntry): void {
    this.#seen.delete(key);
    super.writeEntry(key, entry);
  }

  protected override removeEntry(key: string): boolean {
    this.#seen.delete(key);
    return super.removeEntry(key);
  }
}

export const caughtBy = ['persistence/two-instances'];
