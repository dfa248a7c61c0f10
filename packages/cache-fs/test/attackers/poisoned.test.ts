import { mkdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFilesystemCache } from '../../src/index.js';
import { entryId } from '../../src/store/entry-id.js';
import { snapshot } from '../root/helpers.js';
import { temporaryDirectory } from '../support.js';
import { hasControlCodes } from './control-codes.js';
import { type Exercise, Exerciser } from './exercise.js';
import { makeOutside } from './plants.js';
import { ENTRIES, FORMATS, MISFITS, OWNERS, STATISTICS, USAGE_RECORDS } from './poisons.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const PLANTED = entryId('planted');
const RECORDS: Record<string, { readonly path: string; readonly poisons: Record<string, string> }> = {
  'the entry': { path: `data/${PLANTED}.json`, poisons: ENTRIES },
  'the usage record': { path: `metadata/${PLANTED}.meta.json`, poisons: USAGE_RECORDS },
  'the statistics': { path: '.cache_stats.json', poisons: STATISTICS },
  'the counters of a writer': { path: 'stats/9-0123456789abcdef', poisons: OWNERS },
  'the format': { path: '.cache_format.json', poisons: FORMATS },
  'the gate': { path: '.removal_gate', poisons: OWNERS },
  "a lock's owner": { path: `locks/lock-key-${PLANTED}/7.lock/held-aa`, poisons: OWNERS },
  "the cleanup's owner": { path: 'locks/lock-maintenance/7.lock/held-aa', poisons: OWNERS },
  "a dead process's folder": { path: 'proc_1073741824/.cache_owner.json', poisons: OWNERS },
};
/** Bytes that nothing may show, in a message or a log. Poisons of values hold it. */
const SECRET = 'SECRET';

const exerciser = new Exerciser();

/** Exercises a store in which `path` was poisoned, and checks what holds for all. */
async function exercisePoisoned(path: string, poison: (path: string) => void): Promise<Exercise> {
  const dir = temporaryDirectory();
  const outside = makeOutside(dir);
  const cacheRoot = join(dir, 'root');
  const cache = createFilesystemCache({ cacheRoot, cleanupIntervalSeconds: null });
  await cache.set('planted', 'old');
  await cache.set('other', 'untouched');
  await cache.close();
  const before = snapshot(outside);
  mkdirSync(dirname(join(cacheRoot, path)), { recursive: true, mode: 0o700 });
  poison(join(cacheRoot, path));
  // Not a moment ago, when a writer might still be at it and would be waited for.
  utimesSync(join(cacheRoot, path), 1_700_000_000, 1_700_000_000);

  const result = await exerciser.exercise({ cacheRoot, lockTimeoutMs: 100 });
  expect(snapshot(outside)).toEqual(before);
  expect(result).toMatchObject({ other: 'untouched', computed: 'computed', stored: true, after: 'fresh' });
  expect(result.keys).toEqual(expect.arrayContaining(['computed', 'other', 'planted']));
  for (const outcome of [result.locked, result.shared]) expect(['ran', 'CACHE_LOCK_TIMEOUT']).toContain(outcome);
  expect(result.isPolluted).toBe(false);
  expect(result.said.join('\n')).not.toContain(SECRET);
  expect(result.said.filter(hasControlCodes)).toEqual([]);
  return result;
}

describe.each(Object.entries(RECORDS))('%s poisoned by', (name, { path, poisons }) => {
  // A fifth of what is for any record, another fifth for each; all of what is for this one.
  const shift = Object.keys(RECORDS).indexOf(name);
  const isChosen = (poison: string, index: number) => isFull || !(poison in MISFITS) || (index + shift) % 5 === 0;
  const chosen = Object.entries(poisons).filter(([poison], index) => isChosen(poison, index));

  it.each(chosen)('%s makes a miss at worst', async (_poison, text) => {
    await exercisePoisoned(path, (file) => writeFileSync(file, text));
  });
});

it('an entry copied to another key is a miss there', async () => {
  const { before } = await exercisePoisoned(`data/${PLANTED}.json`, (file) =>
    writeFileSync(file, ENTRIES['a prototype as a value']?.replace('planted', 'another') ?? ''),
  );
  expect(before).toBeUndefined();
});

it('a value that holds a prototype comes back as data', async () => {
  const { before } = await exercisePoisoned(`data/${PLANTED}.json`, (file) =>
    writeFileSync(file, ENTRIES['a prototype as a value'] ?? ''),
  );
  expect(JSON.stringify(before)).toContain('"__proto__":{"polluted":1}');
});

it.each(Object.entries(RECORDS).filter((_, index) => isFull || index % 2 === 0))(
  '%s may be a file of 10 GB without anything in it',
  async (_name, { path }) => {
    await exercisePoisoned(path, (file) => {
      writeFileSync(file, '');
      truncateSync(file, 10 * 1024 ** 3);
    });
  },
);
