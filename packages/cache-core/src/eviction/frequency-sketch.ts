/** Counters for each entry: enough that two keys seldom share all of theirs. */
const COUNTERS_PER_ENTRY = 16;
const COUNTERS_PER_KEY = 4;
const MAX_COUNT = 15;
/** Four counters, one a byte, halved in one word: the bit that comes from the byte above is masked. */
const HALVED = 0x07070707;
/** Counts are halved after so many increments for each entry. */
const SAMPLE_PER_ENTRY = 10;
const MIN_ENTRIES = 16;
/** Odd numbers that spread a hash over the counters, one for each of its counters. */
const SPREAD = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f] as const;

/**
 * How often keys were used lately, those that are no longer held too, in 16 to 32 bytes an entry: a count-min sketch whose
 * counters stop at 15 and are halved now and then (G. Einziger, R. Friedman, B. Manes: "TinyLFU: A Highly Efficient Cache
 * Admission Policy", ACM ToS 2017). Keys are given as 32-bit hashes; estimates are never too low but for the halving.
 */
export class FrequencySketch {
  #counters = new Uint8Array(MIN_ENTRIES * COUNTERS_PER_ENTRY);
  #entries = MIN_ENTRIES;
  #increments = 0;

  /** Makes room for `entries`. Counts are kept: a key's counters in the wider table all hold what they held. */
  ensureCapacity(entries: number): void {
    if (entries <= this.#entries) return;
    this.#entries = entries;
    while (this.#counters.length < entries * COUNTERS_PER_ENTRY) {
      const { length } = this.#counters;
      const wider = new Uint8Array(length * 2);
      wider.set(this.#counters);
      wider.set(this.#counters, length);
      this.#counters = wider;
    }
  }

  estimate(hash: number): number {
    const mask = this.#counters.length - 1;
    let lowest = MAX_COUNT;
    for (let row = 0; row < COUNTERS_PER_KEY; row++) {
      lowest = Math.min(lowest, this.#counters[slot(hash, row, mask)] ?? 0);
    }
    return lowest;
  }

  increment(hash: number): void {
    const counters = this.#counters;
    const mask = counters.length - 1;
    let hasAdded = false;
    for (let row = 0; row < COUNTERS_PER_KEY; row++) {
      const position = slot(hash, row, mask);
      const count = counters[position] ?? 0;
      if (count === MAX_COUNT) continue;
      counters[position] = count + 1;
      hasAdded = true;
    }
    if (hasAdded && ++this.#increments >= this.#entries * SAMPLE_PER_ENTRY) this.#halve();
  }

  clear(): void {
    this.#counters.fill(0);
    this.#increments = 0;
  }

  #halve(): void {
    const { buffer, byteLength } = this.#counters;
    const words = new Uint32Array(buffer, 0, byteLength / 4);
    for (let position = 0; position < words.length; position++) {
      words[position] = ((words[position] ?? 0) >>> 1) & HALVED;
    }
    this.#increments >>>= 1;
  }
}

/** The low bits decide last, so that a wider table tells apart what a narrow one mixed up. */
function slot(hash: number, row: number, mask: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), SPREAD[row] ?? 1);
  return (mixed ^ (mixed >>> 16)) & mask;
}
