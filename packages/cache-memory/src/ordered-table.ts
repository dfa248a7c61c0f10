import { createEvictionOrder, type EvictionOrder, type OrderedPolicy } from '@glovebox/cache-core';
import { MapTable } from './map-table.js';
import type { MemoryEntry } from './memory-entry.js';

/** Gives up what an order of core's gives up next. */
export class OrderedTable extends MapTable {
  readonly #order: EvictionOrder<MemoryEntry>;

  constructor(policy: OrderedPolicy) {
    super();
    this.#order = createEvictionOrder(policy);
  }

  override put(entry: MemoryEntry, replaced: MemoryEntry | undefined): void {
    if (replaced === undefined) this.#order.insert(entry);
    else this.#order.replace(replaced, entry);
    super.put(entry, replaced);
  }

  override use(entry: MemoryEntry): void {
    this.#order.use(entry);
  }

  override remove(entry: MemoryEntry): void {
    this.#order.remove(entry);
    super.remove(entry);
  }

  override takeVictim(protectedKey: string | undefined): MemoryEntry | undefined {
    const victim = this.#order.takeVictim(protectedKey === undefined ? undefined : this.entries.get(protectedKey));
    if (victim !== undefined) super.remove(victim);
    return victim;
  }

  override clear(): void {
    this.#order.clear();
    super.clear();
  }
}
