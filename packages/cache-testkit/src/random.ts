import { createHash } from 'node:crypto';

/** Numbers from 0 up to 1 that only the seed decides: SHA-256 of the seed and a count. */
export function randomNumbers(seed: string): () => number {
  let count = 0;
  return () => createHash('sha256').update(`${seed}:${count++}`).digest().readUInt32LE(0) / 2 ** 32;
}

/** A new array in an order that `random` decides. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result: T[] = [];
  for (const item of items) result.splice(Math.floor(random() * (result.length + 1)), 0, item);
  return result;
}

/** The same much faster and much less random (mulberry32): for programs of hundreds of thousands of steps. */
export function quickNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
