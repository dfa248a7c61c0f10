/** Numbers from 0 to below 1, the same for the same seed: a linear congruence modulo 2^32, with Knuth and Lewis's factor. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
