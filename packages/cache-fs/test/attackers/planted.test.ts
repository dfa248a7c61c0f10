import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFilesystemCache } from '../../src/index.js';
import { entryId } from '../../src/store/entry-id.js';
import { isRoot, snapshot } from '../root/helpers.js';
import { temporaryDirectory } from '../support.js';
import { Exerciser } from './exercise.js';
import { makeOutside, PLANTS } from './plants.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const PLANTED = entryId('planted');

/** Every name that a cache opens, makes, lists or removes below its folders, which `root/trust.test.ts` plants at. */
const NAMES = [
  '.cache_format.json',
  'CACHEDIR.TAG',
  '.cache_stats.json',
  '.cache_stats.json.damaged',
  '.removal_gate',
  `data/${PLANTED}.json`,
  `data/${'0'.repeat(32)}.json`,
  'data/blobs/BLOB',
  `data/blobs/${'0'.repeat(32)}.1-a-1`,
  `metadata/${PLANTED}.meta.json`,
  `metadata/${'0'.repeat(32)}.meta.json`,
  'stats/7-0123456789abcdef',
  'stats/WRITER',
  `tmp/${PLANTED}.1-a-1`,
  'locks/lock-maintenance',
  'locks/lock-stats',
  `locks/lock-flight-${entryId('computed')}`,
  `locks/lock-key-${PLANTED}`,
  `locks/lock-key-${PLANTED}/7.lock`,
  `locks/lock-key-${PLANTED}/r0a.lock`,
  `locks/lock-key-${PLANTED}/7.lock/held-aa`,
  `locks/lock-key-${PLANTED}/r0a.lock/held-aa`,
  'proc_1073741824',
  '.proc_1073741824_00000000',
  'ns_other',
] as const;

/** A store with an entry in a file, one in a blob, and the file of a writer that has not been folded. */
async function makeStore(cacheRoot: string): Promise<void> {
  const cache = createFilesystemCache({ cacheRoot, cleanupIntervalSeconds: null });
  await cache.set('planted', 'old');
  await cache.set('other', 'untouched');
  await cache.set('blob', Buffer.alloc(70_000, 1));
  await cache.close();
}

function resolveName(root: string, name: string): string {
  const folder = dirname(name);
  const first = () => readdirSync(join(root, folder))[0] ?? 'none';
  return join(root, name.replace('BLOB', () => first()).replace('WRITER', '9-0123456789abcdef'));
}

const exerciser = new Exerciser();

describe.each(NAMES)('planted at %s', (name) => {
  // A quarter of the combinations, another quarter for each name.
  const isChosen = (index: number) => isFull || (index + NAMES.indexOf(name)) % 4 === 0;

  it.for(PLANTS.filter((_, index) => isChosen(index)))(
    '$kind is neither followed, waited for nor written to',
    async ({ kind, needs, put }, context) => {
      context.skip(needs === 'root' && !isRoot, 'only root makes devices');
      const dir = temporaryDirectory();
      const outside = makeOutside(dir);
      const cacheRoot = join(dir, 'root');
      await makeStore(cacheRoot);
      const path = resolveName(cacheRoot, name);
      rmSync(path, { recursive: true, force: true });
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      await put(path, outside);
      const before = snapshot(outside);

      const result = await exerciser.exercise({ cacheRoot, lockTimeoutMs: 200 });

      expect(snapshot(outside)).toEqual(before);
      expect(readdirSync(dir).toSorted()).toEqual(['outside', 'root']);
      expect(existsSync(join(cacheRoot, 'data'))).toBe(true);
      expect(result.rejected).toBeUndefined();
      if (result.refused !== undefined) {
        expect(['CACHE_UNSAFE_ROOT', 'CACHE_BACKEND_FAILED']).toContain(result.refused);
        expect(name).toBe('.cache_format.json');
        return;
      }
      expect(result).toMatchObject({ other: 'untouched', computed: 'computed' });
      // What a folder holds is not ours to remove, so the key can't be stored.
      const isInTheWay = kind === 'a folder' && name === `data/${PLANTED}.json`;
      expect([result.stored, result.after]).toEqual(isInTheWay ? [false, undefined] : [true, 'fresh']);
      expect(['old', undefined]).toContain(result.before);
      expect(result.keys).toEqual(expect.arrayContaining(['other', 'computed']));
      for (const outcome of [result.locked, result.shared]) {
        expect(['ran', 'CACHE_BACKEND_FAILED', 'CACHE_LOCK_TIMEOUT']).toContain(outcome);
      }
    },
  );
});
