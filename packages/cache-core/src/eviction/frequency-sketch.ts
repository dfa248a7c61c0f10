/**
 * Counters for each entry: enough that two keys seldom share all of theirs. With 16, one in 12 caches of 100 entries
 * loses a popular key to a scan.
 */
const COUNTERS_PER_ENTRY = 32;
/** Counters of four bits, eight a word. */
const COUNTERS_PER_WORD = 8;
const MAX_COUNT = 15;
/** What is left of a word's counters when all of them are halved at once: a bit that comes from the counter above is masked. */
const HALVED = 0x77777777;
/** Counts are halved after so many increments for each entry. */
const SAMPLE_PER_ENTRY = 10;
const MIN_ENTRIES = 16;
/** Odd numbers that spread a hash over the counters, one for each of its counters. */
const [SPREAD_1, SPREAD_2, SPREAD_3, SPREAD_4] = [0x9e3779b1 | 0, 0x85ebca6b | 0, 0xc2b2ae35 | 0, 0x27d4eb2f] as const;

/**
 * How often keys were used lately, those that are no longer held too, in 16 to 32 bytes an entry: a count-min sketch whose
 * counters stop at 15 and are halved now and then (G. Einziger, R. Friedman, B. Manes: "TinyLFU: A Highly Efficient Cache
 * Admission Policy", ACM ToS 2017). Keys are given as 32-bit hashes; estimates are never too low but for the halving.
 */
export class FrequencySketch {
  #words = new Int32Array((MIN_ENTRIES * COUNTERS_PER_ENTRY) / COUNTERS_PER_WORD);
  #entries = MIN_ENTRIES;
  #increments = 0;

  /** Makes room for `entries`. Counts are kept: a key's counters in the wider table all hold what they held. */
  ensureCapacity(entries: number): void {
    if (entries <= this.#entries) return;
    this.#entries = entries;
    while (this.#words.length * COUNTERS_PER_WORD < entries * COUNTERS_PER_ENTRY) {
      const { length } = this.#words;
      const wider = new Int32Array(length * 2);
      wider.set(this.#words);
      wider.set(this.#words, length);
      this.#words = wider;
    }
  }

  estimate(hash: number): number {
    const words = this.#words;
    const mixed = hash ^ (hash >>> 15);
    return Math.min(
      countAt(words, mixed, SPREAD_1),
      countAt(words, mixed, SPREAD_2),
      countAt(words, mixed, SPREAD_3),
      countAt(words, mixed, SPREAD_4),
    );
  }

  increment(hash: number): void {
    const words = this.#words;
    const mixed = hash ^ (hash >>> 15);
    // Spelled out, as in `estimate`: a loop over the spreads costs a third of a read.
    const added =
      addAt(words, mixed, SPREAD_1) |
      addAt(words, mixed, SPREAD_2) |
      addAt(words, mixed, SPREAD_3) |
      addAt(words, mixed, SPREAD_4);
    if (added !== 0 && ++this.#increments >= this.#entries * SAMPLE_PER_ENTRY) this.#halve();
  }

  clear(): void {
    this.#words.fill(0);
    this.#increments = 0;
  }

  #halve(): void {
    const words = this.#words;
    for (let index = 0; index < words.length; index++) words[index] = ((words[index] ?? 0) >>> 1) & HALVED;
    this.#increments >>>= 1;
  }
}

function countAt(words: Int32Array, mixed: number, spread: number): number {
  const position = slot(words, mixed, spread);
  return ((words[position >>> 3] ?? 0) >>> shiftOf(position)) & MAX_COUNT;
}

/** @returns 0 if the counter is at its highest already */
function addAt(words: Int32Array, mixed: number, spread: number): number {
  const position = slot(words, mixed, spread);
  const shift = shiftOf(position);
  const word = words[position >>> 3] ?? 0;
  if (((word >>> shift) & MAX_COUNT) === MAX_COUNT) return 0;
  words[position >>> 3] = word + (1 << shift);
  return 1;
}

function shiftOf(position: number): number {
  return (position & (COUNTERS_PER_WORD - 1)) * 4;
}

/** The low bits decide last, so that a wider table tells apart what a narrow one mixed up. */
function slot(words: Int32Array, mixed: number, spread: number): number {
  const product = Math.imul(mixed, spread);
  return (product ^ (product >>> 16)) & (words.length * COUNTERS_PER_WORD - 1);
}
