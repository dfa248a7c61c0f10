import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FilesystemCache } from '../../src/index.js';
import { snapshot } from '../root/helpers.js';
import { eventually, openCache, temporaryDirectory } from '../support.js';

/** Enough operations for a look at the directory. */
async function work(cache: FilesystemCache): Promise<void> {
  for (let index = 0; index < 110; index++) await cache.get('worked');
}

/** The cache has found out what happened to its directory, and writes nothing any more. */
async function untilRefusing(cache: FilesystemCache): Promise<void> {
  await work(cache);
  await eventually(async () => !(await cache.set('probe', 1)), 'sets are refused');
}

/** A log that a test looks at. */
function listen() {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  return { lines, logger: { warn: log, error: log } };
}

describe('a directory that a newer version takes over', () => {
  const takeOver = (root: string) => {
    writeFileSync(join(root, 'tmp', 'format'), '{"format":2}\n');
    renameSync(join(root, 'tmp', 'format'), join(root, '.cache_format.json'));
  };

  it('is not written to any more, what is in it can still be read, and the reason is logged', async () => {
    const root = temporaryDirectory();
    const { lines, logger } = listen();
    const cache = openCache({ cacheRoot: root, logger });
    await cache.set('k', 'old');
    takeOver(root);
    await untilRefusing(cache);
    const before = snapshot(join(root, 'data'));
    expect(await cache.get('k')).toBe('old');
    for (let round = 0; round < 50; round++) {
      expect(await cache.set('k', round)).toBe(false);
      expect(await cache.delete('k')).toBe(false);
      expect(await cache.getOrSet(`computed ${round}`, () => round)).toBe(round);
    }
    await cache.clear();
    expect(await cache.cleanup()).toBe(0);
    expect(snapshot(join(root, 'data'))).toEqual(before);
    expect(lines.join('\n')).toContain('has format 2, and this version knows formats up to 1');
    expect(lines.length).toBeLessThan(8);
    const all = snapshot(root);
    await cache.close();
    const { ...after } = snapshot(root);
    for (const files of [all, after])
      for (const name of Object.keys(files)) if (name.startsWith('./stats/')) delete files[name];
    expect(after).toEqual(all);
  });

  it('is written to again when it is given back', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    takeOver(root);
    await untilRefusing(cache);
    writeFileSync(join(root, '.cache_format.json'), '{"format":1}\n');
    expect(await cache.set('k', 1)).toBe(true);
    expect(await cache.get('k')).toBe(1);
  });

  it('is refused by who opens it, with both formats named, while one of the older version beside it is used', async () => {
    const parent = temporaryDirectory();
    const [older, newer] = [join(parent, 'older'), join(parent, 'newer')];
    await openCache({ cacheRoot: older }).set('k', 'older');
    await openCache({ cacheRoot: newer }).close();
    takeOver(newer);
    const before = snapshot(newer);
    expect(() => openCache({ cacheRoot: newer })).toThrow(
      expect.objectContaining({ code: 'CACHE_BACKEND_FAILED', message: expect.stringMatching(/format 2.*up to 1/) }),
    );
    expect(() => openCache({ cacheRoot: newer, namespace: 'n' })).toThrow('format 2');
    expect(snapshot(newer)).toEqual(before);
    expect(await openCache({ cacheRoot: older }).get('k')).toBe('older');
  });
});

describe('a directory that is no longer safe', () => {
  it.each([
    [
      'a link in its place',
      (root: string) => {
        renameSync(root, `${root}-moved`);
        symlinkSync(`${root}-moved`, root);
      },
      (root: string) => {
        rmSync(root);
        renameSync(`${root}-moved`, root);
      },
    ],
    ['others may write to it', (root: string) => chmodSync(root, 0o777), (root: string) => chmodSync(root, 0o700)],
    [
      'others may write to its entries',
      (root: string) => chmodSync(join(root, 'data'), 0o777),
      (root: string) => chmodSync(join(root, 'data'), 0o700),
    ],
  ] as const)('is neither read nor written to until it is safe again: %s', async (_name, change, undo) => {
    const root = join(temporaryDirectory(), 'cache');
    const { lines, logger } = listen();
    const cache = openCache({ cacheRoot: root, logger });
    await cache.set('k', 'old');
    change(root);
    await untilRefusing(cache);
    expect(await cache.get('k')).toBeUndefined();
    expect(await cache.getOrSet('k', () => 'computed')).toBe('computed');
    expect(lines.join('\n')).toContain('CACHE_UNSAFE_ROOT');
    undo(root);
    expect(await cache.get('k')).toBe('old');
    expect(await cache.set('k', 'new')).toBe(true);
  });
});

describe('a directory that is moved away', () => {
  it('is made again in its old place, and is whole in its new one', async () => {
    const parent = temporaryDirectory();
    const [root, moved] = [join(parent, 'cache'), join(parent, 'moved')];
    const cache = openCache({ cacheRoot: root, maxEntries: 20 });
    for (let index = 0; index < 15; index++) await cache.set(`k${index}`, index);
    renameSync(root, moved);
    for (let index = 0; index < 30; index++) {
      expect(await cache.set(`n${index}`, index)).toBe(true);
      expect(await cache.get(`n${index}`)).toBe(index);
      expect(await cache.get(`k${index}`)).toBeUndefined();
    }
    expect((await cache.getStats()).totalEntries).toBeLessThanOrEqual(20);
    await work(cache);
    const { setCount } = await cache.getStats();
    await cache.close();
    const [here, there] = [openCache({ cacheRoot: root }), openCache({ cacheRoot: moved })];
    // What was counted is where the cache is, and nothing that came after the move is in the directory that went.
    expect((await here.getStats()).setCount).toBe(setCount);
    expect((await there.getStats()).setCount).toBe(15);
    for (let index = 0; index < 15; index++) expect(await there.get(`k${index}`)).toBe(index);
    expect(await there.get('n0')).toBeUndefined();
  });

  it('and another put in its place serves that one, with its own totals', async () => {
    const parent = temporaryDirectory();
    const [root, other] = [join(parent, 'cache'), join(parent, 'other')];
    const replacement = openCache({ cacheRoot: other });
    for (let index = 0; index < 10; index++) await replacement.set(`k${index}`, 'other');
    await replacement.close();
    const cache = openCache({ cacheRoot: root, maxEntries: 12 });
    for (let index = 0; index < 12; index++) await cache.set(`k${index}`, 'first');
    renameSync(root, `${root}-old`);
    renameSync(other, root);
    expect(await cache.get('k0')).toBe('other');
    expect(await cache.get('k11')).toBeUndefined();
    await work(cache);
    for (let index = 0; index < 12; index++) expect(await cache.set(`n${index}`, index)).toBe(true);
    await cache.cleanup();
    const { totalEntries } = await cache.getStats();
    expect(totalEntries).toBe(readdirSync(join(root, 'data')).length - 1);
    expect(totalEntries).toBeLessThanOrEqual(12);
  });

  it('and copied back is served from the copy', async () => {
    const root = join(temporaryDirectory(), 'cache');
    const cache = openCache({ cacheRoot: root });
    await cache.set('k', 'old');
    await cache.set('blob', Buffer.alloc(100_000, 1));
    cpSync(root, `${root}-copy`, { recursive: true });
    chmodSync(`${root}-copy`, 0o700);
    await cache.set('k', 'new');
    rmSync(root, { recursive: true });
    renameSync(`${root}-copy`, root);
    // As after any other restoring of a backup: what was acknowledged since is gone.
    expect(await cache.get('k')).toBe('old');
    expect(await cache.get('blob')).toEqual(Buffer.alloc(100_000, 1));
    expect(await cache.set('k', 'newer')).toBe(true);
    expect(await cache.get('k')).toBe('newer');
  });
});

describe('a file in the place of', () => {
  it.each(['data', 'tmp', 'locks', 'stats', 'metadata'])('%s refuses writes and hurts nobody', async (folder) => {
    const root = temporaryDirectory();
    const { lines, logger } = listen();
    const cache = openCache({ cacheRoot: root, logger });
    await cache.set('k', 1);
    rmSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder), 'of somebody');
    await work(cache);
    await eventually(() => lines.length > 0, 'it is told');
    expect(await cache.getOrSet('computed', () => 2)).toBe(2);
    expect(readFileSync(join(root, folder), 'utf8')).toBe('of somebody');
    rmSync(join(root, folder));
    mkdirSync(join(root, folder), 0o700);
    expect(await cache.set('k', 3)).toBe(true);
    expect(await cache.get('k')).toBe(3);
    expect(existsSync(join(root, 'data'))).toBe(true);
  });
});
