import type { StoreTotals } from '@glovebox/cache-core';
import type { WriterCounters } from '../counters/writer-counters.js';

/** Sets of this instance between two looks at what others have added. */
const SETS_BETWEEN_LOOKS = 16;

/**
 * Entries and bytes of the store: this instance's part as of now, that of others as of the last look. They are sums of
 * what was added and removed, so a process killed between the two halves of that, or two that write one new key at the
 * same moment, leave them wrong by an entry, until the next cleanup counts.
 */
export class SharedTotals {
  readonly #statistics: WriterCounters;
  #own = { entries: 0, bytes: 0 };
  #others = { entries: 0, bytes: 0 };
  #setsSinceLook = SETS_BETWEEN_LOOKS;

  constructor(statistics: WriterCounters) {
    this.#statistics = statistics;
  }

  get current(): StoreTotals {
    return {
      totalEntries: Math.max(0, this.#others.entries + this.#own.entries),
      totalSizeBytes: Math.max(0, this.#others.bytes + this.#own.bytes),
    };
  }

  /** @throws the system's error, when what others have counted can't be read */
  look(): void {
    this.#setsSinceLook = 0;
    const { entries, bytes } = this.#statistics.readAll();
    this.#others = { entries: entries - this.#own.entries, bytes: bytes - this.#own.bytes };
  }

  /** To be called at each set: looks now and then. Never throws. */
  lookNowAndThen(): void {
    if (++this.#setsSinceLook <= SETS_BETWEEN_LOOKS) return;
    try {
      this.look();
    } catch {
      // The totals stay what they were, and the next look is due again in a while: the set has been stored.
    }
  }

  /** Reaches others with the next count. */
  adjust(entries: number, bytes: number): void {
    this.#own.entries += entries;
    this.#own.bytes += bytes;
    this.#statistics.adjustTotals(entries, bytes);
  }

  /** What this instance has added is gone with the directory. */
  forgetOwn(): void {
    this.adjust(-this.#own.entries, -this.#own.bytes);
  }
}
