import { LRUCache } from 'lru-cache';
import type { EntryTable } from './entry-table.js';
import type { MemoryEntry } from './memory-entry.js';

/** Gives up what was used least recently: lru-cache does the work, this decides when it may evict. */
export class LruTable implements EntryTable {
  #engine = createEngine();

  get size(): number {
    return this.#engine.size;
  }

  get(key: string): MemoryEntry | undefined {
    return this.#engine.peek(key);
  }

  put(entry: MemoryEntry, _replaced: MemoryEntry | undefined): void {
    this.#engine.set(entry.key, entry);
  }

  use(entry: MemoryEntry): void {
    this.#engine.get(entry.key);
  }

  remove(entry: MemoryEntry): void {
    // Deleting its only entry, lru-cache wipes all slots that it has ever had; popping it wipes one.
    if (this.#engine.size === 1) this.#engine.pop();
    else this.#engine.delete(entry.key);
  }

  takeVictim(protectedKey: string | undefined): MemoryEntry | undefined {
    const victim = this.#engine.pop();
    if (victim === undefined || victim.key !== protectedKey) return victim;
    const second = this.#engine.pop();
    this.#engine.set(victim.key, victim);
    return second;
  }

  /** A copy: lru-cache ends an iteration whose current entry is removed. */
  keys(): Iterable<string> {
    return [...this.#engine.keys()];
  }

  clear(): void {
    this.#engine = createEngine();
  }
}

/**
 * Without a bound that lru-cache would act on: expired entries go first and are counted apart, which only the cache can
 * do. Not by `max` one above the limit, since that allocates every slot at once, whatever is stored.
 */
function createEngine(): LRUCache<string, MemoryEntry> {
  return new LRUCache({ maxSize: Number.MAX_SAFE_INTEGER, sizeCalculation: () => 1 });
}
