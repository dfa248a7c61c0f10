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
