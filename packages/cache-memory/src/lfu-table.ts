import { LinkedList } from '@glovebox/cache-core';
import { MapTable } from './map-table.js';
import type { MemoryEntry } from './memory-entry.js';

/** Entries that were read equally often, the least recently used first. */
export class FrequencyGroup {
  previous: FrequencyGroup | undefined = undefined;
  next: FrequencyGroup | undefined = undefined;
  readonly accessCount: number;
  readonly entries = new LinkedList<MemoryEntry>();

  constructor(accessCount: number) {
    this.accessCount = accessCount;
  }
}

/**
 * Gives up what was read least often, and of those the least recently used. Every operation is O(1): the groups form a
 * list by count, and a read moves an entry to the next (K. Shah, A. Mitra, D. Matani: "An O(1) algorithm for implementing
 * the LFU cache eviction scheme", 2010).
 */
export class LfuTable extends MapTable {
  #groups = new LinkedList<FrequencyGroup>();

  override put(entry: MemoryEntry, replaced: MemoryEntry | undefined): void {
    const known = replaced?.group;
    // A key keeps its count or starts at 0: no other group has to be looked for.
    if (known?.accessCount === entry.accessCount) this.#join(entry, known);
    else this.#join(entry, this.#groupAfter(undefined, entry.accessCount));
    if (replaced !== undefined) this.#leave(replaced);
    super.put(entry, replaced);
  }

  override use(entry: MemoryEntry): void {
    const { group } = entry;
    const nextGroup = this.#groupAfter(group, entry.accessCount);
    this.#leave(entry);
    this.#join(entry, nextGroup);
  }

  override remove(entry: MemoryEntry): void {
    this.#leave(entry);
    super.remove(entry);
  }

  override takeVictim(protectedKey: string | undefined): MemoryEntry | undefined {
    const group = this.#groups.first;
    let victim = group?.entries.first;
    if (victim !== undefined && victim.key === protectedKey) victim = victim.next ?? group?.next?.entries.first;
    if (victim !== undefined) this.remove(victim);
    return victim;
  }

  override clear(): void {
    this.#groups = new LinkedList();
    super.clear();
  }

  /** The group of `accessCount`, which has its place right behind `previous`. */
  #groupAfter(previous: FrequencyGroup | undefined, accessCount: number): FrequencyGroup {
    const next = previous === undefined ? this.#groups.first : previous.next;
    if (next?.accessCount === accessCount) return next;
    const group = new FrequencyGroup(accessCount);
    this.#groups.insertAfter(previous, group);
    return group;
  }

  #join(entry: MemoryEntry, group: FrequencyGroup): void {
    group.entries.append(entry);
    entry.group = group;
  }

  #leave(entry: MemoryEntry): void {
    const { group } = entry;
    if (group === undefined) return;
    group.entries.remove(entry);
    entry.group = undefined;
    if (group.entries.first === undefined) this.#groups.remove(group);
  }
}
