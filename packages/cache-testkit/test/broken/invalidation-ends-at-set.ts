import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A tag is invalid until something is stored with it, and what was invalidated comes back. */
export class BrokenCache extends ReferenceCache {
  readonly #invalid = new Set<string>();

  protected override invalidateStore(tags: readonly string[]): void {
    for (const tag of tags) this.#invalid.add(tag);
  }

  protected override isInvalidated({ tags }: { readonly tags: readonly string[] }): boolean {
    return tags.some((tag) => this.#invalid.has(tag));
  }

  protected override noteWritten(key: string, entry: StoredEntry): void {
    for (const tag of entry.tags) this.#invalid.delete(tag);
    super.noteWritten(key, entry);
  }
}

export const caughtBy = ['model/operations', 'tags/set-after-invalidation'];
