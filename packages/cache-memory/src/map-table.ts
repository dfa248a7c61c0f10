import type { EntryTable } from './entry-table.js';
import type { MemoryEntry } from './memory-entry.js';

/** Gives up nothing, as the policy `ttl` asks; tables that do build on it. */
export class MapTable implements EntryTable {
  protected readonly entries = new Map<string, MemoryEntry>();

  get size(): number {
    return this.entries.size;
  }

  get(key: string): MemoryEntry | undefined {
    return this.entries.get(key);
  }

  put(entry: MemoryEntry, _replaced: MemoryEntry | undefined): void {
    this.entries.set(entry.key, entry);
  }

  use(_entry: MemoryEntry): void {}

  remove(entry: MemoryEntry): void {
    this.entries.delete(entry.key);
  }

  takeVictim(_protectedKey: string | undefined): MemoryEntry | undefined {
    return undefined;
  }

  keys(): Iterable<string> {
    return this.entries.keys();
  }

  clear(): void {
    this.entries.clear();
  }
}
