import { LRUCache } from 'lru-cache';
import { MapTable } from './map-table.js';
import type { MemoryEntry } from './memory-entry.js';

/**
 * Gives up what was used least recently: lru-cache keeps the order, this decides when something goes. The entries stand
 * in a map as well: lru-cache ends an iteration whose current entry is removed, and copying all keys to be safe from that
 * would block the event loop.
 */
export class LruTable extends MapTable {
  #engine = createEngine();

  override put(entry: MemoryEntry, replaced: MemoryEntry | undefined): void {
    super.put(entry, replaced);
    this.#engine.set(entry.key, entry);
  }

  override use(entry: MemoryEntry): void {
    this.#engine.get(entry.key);
  }

  override remove(entry: MemoryEntry): void {
    super.remove(entry);
    // Deleting its only entry, lru-cache wipes all slots that it has ever had; popping it wipes one.
    if (this.#engine.size === 1) this.#engine.pop();
    else this.#engine.delete(entry.key);
  }

  override takeVictim(protectedKey: string | undefined): MemoryEntry | undefined {
    let victim = this.#engine.pop();
    if (victim !== undefined && victim.key === protectedKey) {
      const spared = victim;
      victim = this.#engine.pop();
      this.#engine.set(spared.key, spared);
    }
    if (victim !== undefined) super.remove(victim);
    return victim;
  }

  override clear(): void {
    super.clear();
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
