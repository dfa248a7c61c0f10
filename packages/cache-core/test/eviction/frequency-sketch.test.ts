import { expect, it } from 'vitest';
import { FrequencySketch } from '../../src/eviction/frequency-sketch.js';
import { GhostQueue } from '../../src/eviction/ghost-queue.js';
import { seededNumbers } from './nodes.js';

function hashes(count: number, seed = 1): number[] {
  const random = seededNumbers(seed);
  return Array.from({ length: count }, () => random(2 ** 32) | 0);
}

it('a sketch never counts too little, and seldom too much', () => {
  const sketch = new FrequencySketch();
  const keys = hashes(1_000);
  sketch.ensureCapacity(keys.length);
  for (const [index, hash] of keys.entries()) for (let use = 0; use <= index % 5; use++) sketch.increment(hash);
  let tooMuch = 0;
  for (const [index, hash] of keys.entries()) {
    expect(sketch.estimate(hash)).toBeGreaterThanOrEqual((index % 5) + 1);
    if (sketch.estimate(hash) > (index % 5) + 1) tooMuch++;
  }
  expect(tooMuch).toBeLessThan(30);
  expect(hashes(1_000, 2).filter((hash) => sketch.estimate(hash) > 0).length).toBeLessThan(60);
});

it('a sketch that grows forgets nothing', () => {
  const sketch = new FrequencySketch();
  const keys = hashes(16);
  for (const hash of keys) for (let use = 0; use < 3; use++) sketch.increment(hash);
  const before = keys.map((hash) => sketch.estimate(hash));
  sketch.ensureCapacity(5_000);
  expect(keys.map((hash) => sketch.estimate(hash))).toEqual(before);
});

it('a sketch halves its counts after ten uses an entry, and stops at 15', () => {
  const sketch = new FrequencySketch();
  sketch.ensureCapacity(100);
  const [popular = 0, other = 1] = hashes(2);
  for (let use = 0; use < 40; use++) sketch.increment(popular);
  expect(sketch.estimate(popular)).toBe(15);
  // 15 of the 40 have counted: those that change nothing do not age the others.
  const others = hashes(984, 3);
  for (const hash of others) sketch.increment(hash);
  expect(sketch.estimate(popular)).toBe(15);
  const before = others.map((hash) => sketch.estimate(hash));
  sketch.increment(other);
  expect(sketch.estimate(popular)).toBe(7);
  for (const [index, hash] of others.entries())
    expect(sketch.estimate(hash)).toBeLessThanOrEqual((before[index] ?? 0) / 2 + 0.5);
});

it('a ghost queue remembers the latest keys, each once', () => {
  const ghosts = new GhostQueue();
  for (const key of ['a', 'b', 'c', 'd']) ghosts.add(key, 3);
  expect(ghosts.take('a')).toBe(false);
  expect(ghosts.take('b')).toBe(true);
  expect(ghosts.take('b')).toBe(false);
  ghosts.add('b', 3);
  ghosts.add('e', 3);
  expect([ghosts.take('c'), ghosts.take('d'), ghosts.take('b'), ghosts.take('e')]).toEqual([false, true, true, true]);
  expect(ghosts.size).toBe(0);
});

it('a ghost queue costs the same after many keys have come and gone', () => {
  const ghosts = new GhostQueue();
  for (let step = 0; step < 300_000; step++) ghosts.add(`k${step}`, 1_000);
  expect(ghosts.size).toBe(1_000);
  expect(ghosts.take('k299000')).toBe(true);
  expect(ghosts.take('k298999')).toBe(false);
});
