import type { MemoryEntry } from './memory-entry.js';

/** The bytes of the entries whose size somebody has asked for. */
export class SizeLedger {
  #countedEntries = 0;
  #totalSizeBytes = 0;

  get countedEntries(): number {
    return this.#countedEntries;
  }

  get totalSizeBytes(): number {
    return this.#totalSizeBytes;
  }

  /** Counts an entry, unless it is counted already. */
  add(entry: MemoryEntry): void {
    if (entry.isCounted) return;
    this.#totalSizeBytes += entry.sizeBytes;
    this.#countedEntries++;
    entry.isCounted = true;
  }

  /** Takes an entry out, if it was counted. */
  remove(entry: MemoryEntry): void {
    if (!entry.isCounted) return;
    entry.isCounted = false;
    this.#countedEntries--;
    this.#totalSizeBytes -= entry.sizeBytes;
  }

  clear(): void {
    this.#countedEntries = 0;
    this.#totalSizeBytes = 0;
  }
}
