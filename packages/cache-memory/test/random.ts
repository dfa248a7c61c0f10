/** Whole numbers from 0 to below a bound, the same ones for the same seed (xorshift32). */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

export const SEEDS = [1, 7, 42, 1_234, 987_654_321] as const;
