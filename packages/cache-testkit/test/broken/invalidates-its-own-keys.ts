import type { StoredEntry } from '@glovebox/cache-core';
import { FileCache } from '../file-cache.ts';

/** An invalidation reaches what its own process has set. */
export class BrokenCache extends FileCache {
  readonly #own = new Map<string, readonly string[]>();

  protected override writeEntry(key: string, entry: StoredEntry): void | Promise<void> {
    this.#own.set(key, entry.tags);
    return super.writeEntry(key, entry);
  }

  protected override async invalidateStore(tags: readonly string[]): Promise<void> {
    for (const [key, ownTags] of this.#own) {
      if (tags.some((tag) => ownTags.includes(tag))) await this.removeEntry(key);
    }
  }
}

export const caughtBy = ['processes/see-invalidations'];
