import type { EntryUsage, StoredEntry } from '@glovebox/cache-core';
import { KeepingCache } from '../keeping-cache.js';

/** After a restart, an entry that has been read twice or more counts these reads once more. */
export class BrokenCache extends KeepingCache {
  readonly #openedWith = new Map([...this.kept.entries].map(([key, { accessCount }]) => [key, accessCount]));

  protected override usageOf(key: string, entry: StoredEntry): EntryUsage {
    const usage = super.usageOf(key, entry);
    const before = this.#openedWith.get(key) ?? 0;
    return before < 2 ? usage : { ...usage, accessCount: usage.accessCount + before };
  }

  protected override removeEntry(key: string): boolean {
    this.#openedWith.delete(key);
    return super.removeEntry(key);
  }
}

export const caughtBy = ['persistence/usage', 'model/operations'];
