/** Something that took effect at one moment between `from` and `to`. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/**
 * Finds, among intervals in the order of one number, the greatest of another: which of those that had ended by then began
 * last, for instance. Building takes n log n, asking log n.
 */
export class IntervalIndex<T> {
  readonly #positions: readonly number[];
  readonly #greatest: readonly T[];

  /** @param position what is asked by; @param rank what is looked for */
  constructor(items: readonly T[], position: (item: T) => number, rank: (item: T) => number) {
    const sorted = [...items].sort((a, b) => position(a) - position(b));
    const greatest: T[] = [];
    for (const item of sorted) {
      const before = greatest.at(-1);
      greatest.push(before === undefined || rank(item) > rank(before) ? item : before);
    }
    this.#positions = sorted.map(position);
    this.#greatest = greatest;
  }

  /** Of the items whose position is below `limit`, the one of the greatest rank. */
  greatestBefore(limit: number): T | undefined {
    let low = 0;
    let high = this.#positions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#positions[middle] ?? limit) < limit) low = middle + 1;
      else high = middle;
    }
    return this.#greatest[low - 1];
  }
}
