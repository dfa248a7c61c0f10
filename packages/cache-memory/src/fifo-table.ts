import { LinkedList } from '@glovebox/cache-core';
import { MapTable } from './map-table.js';
import type { MemoryEntry } from './memory-entry.js';

/**
 * Gives up what was written first. A list beside the map, though a `Map` keeps its order too: finding the first key of a
 * full one that has lost as many keys at its front steps over each of them.
 */
export class FifoTable extends MapTable {
  #order = new LinkedList<MemoryEntry>();

  override put(entry: MemoryEntry, replaced: MemoryEntry | undefined): void {
    if (replaced !== undefined) this.#order.remove(replaced);
    this.#order.append(entry);
    super.put(entry, replaced);
  }

  override remove(entry: MemoryEntry): void {
    this.#order.remove(entry);
    super.remove(entry);
  }

  override takeVictim(protectedKey: string | undefined): MemoryEntry | undefined {
    const { first } = this.#order;
    const victim = first?.key === protectedKey ? first?.next : first;
    if (victim !== undefined) this.remove(victim);
    return victim;
  }

  override clear(): void {
    this.#order = new LinkedList();
    super.clear();
  }
}
