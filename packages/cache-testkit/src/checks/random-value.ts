type Maker = (random: () => number, depth: number) => unknown;

const LEAVES: readonly Maker[] = [
  () => null,
  (random) => random() < 0.5,
  (random) => Math.floor((random() - 0.5) * 2 ** 40),
  (random) => (random() - 0.5) * 1e300,
  (random) => pick([Number.NaN, -0, 0, Number.POSITIVE_INFINITY, Number.MIN_VALUE], random),
  (random) => BigInt(Math.floor(random() * 2 ** 50)) ** 2n,
  (random) => text(random),
  (random) => new Date(Math.floor(random() * 4e12)),
  (random) => Uint8Array.from({ length: count(random) }, () => random() * 256),
  (random) => Buffer.from(text(random)),
  (random) => Float64Array.from({ length: count(random) }, () => random()),
];

const BRANCHES: readonly Maker[] = [
  (random, depth) => items(random, depth),
  (random, depth) => Object.fromEntries(items(random, depth).map((item) => [text(random), item])),
  (random, depth) => new Map(items(random, depth).map((item) => [randomValue(random, 0), item])),
  (random, depth) => new Set(items(random, depth)),
];

/** A value of any type that a cache must hold, nested at most `depth` levels. */
export function randomValue(random: () => number, depth: number): unknown {
  const makers = depth > 0 && random() < 0.7 ? BRANCHES : LEAVES;
  return pick(makers, random)(random, depth - 1);
}

function items(random: () => number, depth: number): unknown[] {
  return Array.from({ length: count(random) }, () => (random() < 0.1 ? undefined : randomValue(random, depth)));
}

function text(random: () => number): string {
  const alphabet = ['a', 'Z', '0', ' ', 'é', '😀', '\0', '"', '\\', '$', '__proto__', '\u2028', '.'];
  return Array.from({ length: count(random) }, () => pick(alphabet, random)).join('');
}

function count(random: () => number): number {
  return Math.floor(random() * 6);
}

function pick<T>(choices: readonly T[], random: () => number): T {
  const choice = choices[Math.floor(random() * choices.length)];
  if (choice === undefined) throw new RangeError('nothing to choose from');
  return choice;
}
