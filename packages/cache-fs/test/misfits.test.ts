import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type StandardSchema, typed } from '@glovebox/cache-core/typed';
import { describe, expect, it } from 'vitest';
import { createFilesystemCache } from '../src/index.js';
import { entryId } from '../src/store/entry-id.js';
import { eventually, openCache, temporaryDirectory } from './support.js';

const READER = fileURLToPath(new URL('./processes/fixtures/typed-reader.ts', import.meta.url));
const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const rounds = isFull ? 2_000 : 150;

const numbers: StandardSchema<number> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => (typeof value === 'number' ? { value } : { issues: [{ message: 'no number' }] }),
  },
};

const entryFile = (root: string, key: string) => join(root, 'data', `${entryId(key)}.json`);

describe('an entry whose value does not fit', () => {
  it('is removed with its blob soon after the read that met it, and the totals say so', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('small', 'text');
    await cache.set('large', Buffer.alloc(100_000));
    await cache.set('fits', 1);
    const view = typed(cache, numbers);
    expect(await view.getMany(['small', 'large', 'fits'])).toEqual(new Map([['fits', 1]]));
    await eventually(() => !existsSync(entryFile(root, 'small')), 'the small entry is removed');
    await eventually(() => !existsSync(entryFile(root, 'large')), 'the large entry is removed');
    expect(readdirSync(join(root, 'data', 'blobs'))).toEqual([]);
    expect(await cache.getStats()).toMatchObject({ totalEntries: 1, totalSizeBytes: 1, missCount: 2, errorCount: 0 });
    expect(await view.get('fits')).toBe(1);
  });

  it('is replaced by what getOrSet computes, and by no later value of an earlier run', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('k', 'text');
    expect(await typed(cache, numbers).getOrSet('k', () => 5)).toBe(5);
    expect(await cache.get('k')).toBe(5);
  });

  it('stays when a cleanup comes first, since its files are as they were written', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('k', 'text');
    expect(await cache.cleanup()).toBe(0);
    expect(await cache.get('k')).toBe('text');
  });

  it('does not take along what another instance has set meanwhile', async () => {
    const root = temporaryDirectory();
    const [cache, other] = [openCache({ cacheRoot: root }), openCache({ cacheRoot: root })];
    await cache.set('replaced', 'text');
    await cache.set('left', 'text');
    const view = typed(cache, numbers);
    expect(await view.getMany(['replaced', 'left'])).toEqual(new Map());
    await other.set('replaced', 5);
    await eventually(() => !existsSync(entryFile(root, 'left')), 'the other entry is removed');
    expect(await other.get('replaced')).toBe(5);
    expect(await view.get('replaced')).toBe(5);
  });

  it('is never removed by one process in the place of a value that another one has just set', async () => {
    const root = temporaryDirectory();
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
    const cache = createFilesystemCache({ cacheRoot: root });
    await cache.setMany(keys.map((key) => [key, 'text'] as const));
    const job = JSON.stringify({ cacheRoot: root, keys, forMs: isFull ? 20_000 : 3_000 });
    const reading = promisify(execFile)(process.execPath, ['--no-warnings', READER, job]);
    let isOver = false;
    const ended = reading.finally(() => {
      isOver = true;
    });
    ended.catch(() => {});
    let lost = 0;
    for (let round = 0; round < rounds && !isOver; round++) {
      await Promise.all(
        keys.map(async (key) => {
          await cache.set(key, 'text');
          // Long enough for the other process to see it.
          await delay(Math.random() * 3);
          if (!(await cache.set(key, round))) return;
          for (let read = 0; read < 5; read++) {
            await delay(3);
            if ((await cache.get(key)) !== round) lost++;
          }
        }),
      );
    }
    const { stdout } = await ended;
    await cache.close();
    expect(lost).toBe(0);
    expect(JSON.parse(stdout).misses).toBeGreaterThan(100);
  });
});

describe('a hot entry whose value does not fit', () => {
  it('is not served any more once it has been removed', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('k', 'text');
    for (let read = 0; read < 3; read++) await cache.get('k');
    expect(await typed(cache, numbers).get('k')).toBeUndefined();
    await eventually(() => !existsSync(entryFile(root, 'k')), 'the entry is removed');
    expect(await cache.get('k')).toBeUndefined();
  });
});
