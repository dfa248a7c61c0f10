import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** What was set in the millisecond of an invalidation, or after the clock has gone back, counts as set before. */
export class BrokenCache extends ReferenceCache {
  readonly #invalidatedAt = new Map<string, number>();

  protected override invalidateStore(tags: readonly string[]): void {
    for (const tag of tags) this.#invalidatedAt.set(tag, this.clock.now());
  }

  protected override readEntry(key: string): StoredEntry | undefined {
    const entry = this.stored.get(key);
    return entry?.tags.some((tag) => entry.createdAt <= (this.#invalidatedAt.get(tag) ?? 0)) ? undefined : entry;
  }
}

export const caughtBy = ['tags/set-after-invalidation'];
