import type { MemoryEntry } from './memory-entry.js';

/** The entries of one tag since it was last invalidated. */
export class TagCell {
  readonly entries = new Set<MemoryEntry>();
  isInvalidated = false;
}

/**
 * Which entries have a tag. An invalidation takes effect at once, by one flag a tag that its entries look at; what has no
 * tags is not in here. A tag without entries takes no room.
 */
export class TagIndex {
  readonly #cells = new Map<string, TagCell>();

  add(entry: MemoryEntry): void {
    entry.tagCells = entry.tags.map((tag) => this.#join(tag, entry));
  }

  remove(entry: MemoryEntry): void {
    const { tagCells } = entry;
    if (tagCells === undefined) return;
    for (const [position, cell] of tagCells.entries()) {
      cell.entries.delete(entry);
      const tag = entry.tags[position];
      if (cell.entries.size === 0 && tag !== undefined && this.#cells.get(tag) === cell) this.#cells.delete(tag);
    }
  }

  /** Makes the entries of these tags invalid; which they are. */
  invalidate(tags: readonly string[]): TagCell[] {
    const invalidated: TagCell[] = [];
    for (const tag of tags) {
      const cell = this.#cells.get(tag);
      if (cell === undefined) continue;
      cell.isInvalidated = true;
      this.#cells.delete(tag);
      invalidated.push(cell);
    }
    return invalidated;
  }

  clear(): void {
    this.#cells.clear();
  }

  #join(tag: string, entry: MemoryEntry): TagCell {
    let cell = this.#cells.get(tag);
    if (cell === undefined) {
      cell = new TagCell();
      this.#cells.set(tag, cell);
    }
    cell.entries.add(entry);
    return cell;
  }
}
