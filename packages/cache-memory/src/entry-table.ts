import type { MemoryEntry } from './memory-entry.js';

/** The entries by key, in the order in which an eviction policy gives them up. */
export interface EntryTable {
  readonly size: number;
  /** The entry of a key, without counting as a use. */
  get(key: string): MemoryEntry | undefined;
  /** Adds an entry in the place of `replaced`, the one that its key has had. */
  put(entry: MemoryEntry, replaced: MemoryEntry | undefined): void;
  /** A read hit: the entry's `accessCount` is one higher than before. */
  use(entry: MemoryEntry): void;
  /** Takes out an entry of this table. */
  remove(entry: MemoryEntry): void;
  /** Takes out the entry that the policy gives up next, never that of `protectedKey`; `undefined` if there is none. */
  takeVictim(protectedKey: string | undefined): MemoryEntry | undefined;
  /** Every key; entries may come and go while it is read. */
  keys(): Iterable<string>;
  clear(): void;
}
