import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openCache, temporaryDirectory } from '../support.js';
import { type Ended, type Program, runProgram } from './run-program.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const ROUNDS = isFull ? 20 : 1;
/** Stores that a program has under way. */
const UNDER_WAY = 3;

/** Everything acknowledged is there and was counted, and nothing that the program held is in anybody's way. */
async function expectIntact(cacheRoot: string, programs: readonly Ended[]): Promise<void> {
  const cache = openCache({ cacheRoot, lockTimeoutMs: 2_000 });
  const keys = programs.flatMap((program) => program.keys);
  const { setCount } = await cache.getStats();
  expect(setCount).toBeGreaterThanOrEqual(keys.length);
  expect(setCount).toBeLessThanOrEqual(keys.length + programs.length * UNDER_WAY);
  for (const key of keys) expect(await cache.exists(key), key).toBe(true);
  for (const name of ['small', 'blob', 'computed'] as const) {
    const key = keys.findLast((each) => each.startsWith(name)) ?? 'none';
    expect(await cache.get(key)).toEqual(name === 'blob' ? Buffer.alloc(100_000, 'b') : key);
  }
  expect(await cache.getOrSet('a-new-one', () => 'computed')).toBe('computed');
  await cache.withLock('a-new-one', 'exclusive', () => {});
  await cache.cleanup();
  const after = await cache.getStats();
  expect(after.errorCount).toBe(0);
  expect(after.totalEntries).toBe(readdirSync(join(cacheRoot, 'data')).length - 1);
}

it.each<[Program['ending'], Pick<Ended, 'code' | 'signal'>]>([
  ['returns', { code: 0, signal: null }],
  ['exits', { code: 0, signal: null }],
  ['throws', { code: 1, signal: null }],
  ['rejects', { code: 1, signal: null }],
  ['closes', { code: 0, signal: null }],
  ['is told to end', { code: null, signal: 'SIGTERM' }],
  ['tidies up', { code: 7, signal: null }],
  ['is killed', { code: null, signal: 'SIGKILL' }],
])(
  'a program that %s in the middle of its work ends as it would without a cache, and nothing stored is lost',
  {
    timeout: 300_000,
  },
  async (ending, expected) => {
    for (let round = 0; round < ROUNDS; round++) {
      const cacheRoot = temporaryDirectory();
      const ended = await runProgram({ cacheRoot, ending, after: (isFull ? 40 : 20) + round * 3, index: round });
      expect(ended, ended.errors).toMatchObject(expected);
      expect(ended.keys.length).toBeGreaterThanOrEqual(20);
      const waited = /ended (\d+) ms after/.exec(ended.errors)?.[1];
      // Nothing but work under way keeps it: no timer, no lock, no descriptor.
      if (waited !== undefined && ending !== 'tidies up') expect(Number(waited)).toBeLessThan(3_000);
      if (ending === 'closes' || ending === 'tidies up') expect(readdirSync(join(cacheRoot, 'tmp'))).toEqual([]);
      await expectIntact(cacheRoot, [ended]);
    }
  },
);

it('several programs that end in different ways leave one store, with everything that each was told', {
  timeout: 300_000,
}, async () => {
  const cacheRoot = temporaryDirectory();
  const endings = ['exits', 'throws', 'is told to end', 'is killed'] as const;
  const programs = await Promise.all(
    Array.from({ length: isFull ? 24 : 4 }, (_, index) =>
      runProgram({ cacheRoot, ending: endings[index % endings.length] ?? 'exits', after: isFull ? 30 : 15, index }),
    ),
  );
  await expectIntact(cacheRoot, programs);
});
