import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An entry that replaces an expired one is not counted towards the limits: there is one too many. */
export class BrokenCache extends ReferenceCache {
  readonly #uncounted = new Set<string>();

  protected override writeEntry(key: string, entry: StoredEntry): void {
    const replaced = this.stored.get(key);
    const isExpired = typeof replaced?.expiresAt === 'number' && replaced.expiresAt <= entry.createdAt;
    if (isExpired) this.#uncounted.add(key);
    else this.#uncounted.delete(key);
    super.writeEntry(key, entry);
  }

  protected override noteWritten(key: string, entry: StoredEntry): void {
    super.noteWritten(key, entry);
    if (this.#uncounted.has(key)) this.noteRemoved(key);
  }
}

export const caughtBy = ['model/lru'];
