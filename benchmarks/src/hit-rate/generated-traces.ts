import type { Trace } from './trace.js';

const REQUESTS = 100_000;
const KEYS = 10_000;
/** Exponent of Zipf's law: about what is measured for requests to web caches. */
const ZIPF_EXPONENT = 0.9;

/** Traces that anybody can make again: each from a seed of its own. */
export function generatedTraces(): Trace[] {
  return [
    make('zipf', (random) => {
      const rank = zipf(KEYS, random);
      return () => `item ${rank()}`;
    }),
    make('zipf-and-scans', (random) => {
      const rank = zipf(KEYS, random);
      // Every fifth thousand of requests reads 1,000 keys once, in their order, never to come back.
      return (step) => (Math.floor(step / 1_000) % 5 === 4 ? `scanned ${step}` : `item ${rank()}`);
    }),
    make('loop', () => (step) => `item ${step % 2_000}`),
    make('shifting', (random) => {
      const rank = zipf(1_000, random);
      // What is popular moves on by a tenth of the working set every 2,000 requests.
      return (step) => `item ${rank() + 100 * Math.floor(step / 2_000)}`;
    }),
    make('uniform', (random) => () => `item ${Math.floor(random() * KEYS)}`),
  ];
}

type Draw = (step: number) => string;

function make(name: string, draw: (random: () => number) => Draw): Trace {
  const next = draw(seededRandom(name));
  const requests = Array.from({ length: REQUESTS }, (_, step) => ({ key: next(step), sizeBytes: 1 }));
  return { name, hasSizes: false, requests };
}

/** Ranks from 0, each as likely as its place by Zipf's law says: drawn by bisection of the distribution. */
function zipf(count: number, random: () => number): () => number {
  const cumulated: number[] = [];
  let total = 0;
  for (let rank = 1; rank <= count; rank++) {
    total += 1 / rank ** ZIPF_EXPONENT;
    cumulated.push(total);
  }
  return () => {
    const drawn = random() * total;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulated[middle] ?? total) < drawn) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** Numbers from 0 up to 1, the same ones for the same seed (mulberry32, T. Ettinger). */
function seededRandom(seed: string): () => number {
  let state = 0;
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
