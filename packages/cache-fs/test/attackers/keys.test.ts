import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCache, temporaryDirectory } from '../support.js';
import { brokenKeys, hostileKeys } from './hostile-keys.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const SEED = 4;
/** Names of a root's files, whatever the keys: hexadecimal digits, and what a process calls itself. */
const FILE_NAME = new RegExp(
  `^(?:${[
    'CACHEDIR\\.TAG',
    '\\.cache_format\\.json',
    '\\.cache_stats\\.json',
    'data/[0-9a-f]{32}\\.json',
    'metadata/[0-9a-f]{32}\\.meta\\.json',
    'stats/\\d+-[0-9a-f]{16}',
    'locks/lock-(?:stats|maintenance)/\\d+\\.lock/(?:free|held)-[0-9a-f]{16}',
  ].join('|')})$`,
);

/** Absolute paths. */
function filesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('keys', () => {
  it('that name other places, reserved files or nothing printable stay in the root, apart from each other', {
    timeout: 120_000,
  }, async () => {
    const dir = temporaryDirectory();
    // Deep enough for what climbs to end inside of what is looked at.
    const root = join(dir, 'a', 'b', 'c', 'd', 'e', 'f', 'root');
    const cache = openCache({ cacheRoot: root });
    const keys = hostileKeys(isFull ? 10_000 : 400, SEED);
    for (const [index, key] of keys.entries()) expect(await cache.set(key, index), JSON.stringify(key)).toBe(true);

    for (const [index, key] of keys.entries()) expect(await cache.get(key), JSON.stringify(key)).toBe(index);
    const listed: string[] = [];
    for await (const key of cache.keys()) listed.push(key);
    expect(new Set(listed)).toEqual(new Set(keys));
    expect(listed).toHaveLength(keys.length);
    for (const key of keys.slice(0, 100)) {
      expect(await cache.getMetadata(key)).toMatchObject({ key });
      expect(await cache.getOrSet(key, () => 'not called')).not.toBe('not called');
      expect(await cache.delete(key)).toBe(true);
      expect(await cache.exists(key)).toBe(false);
    }
    await cache.close();

    const [outside, inside] = [filesIn(dir).filter((path) => !path.startsWith(`${root}/`)), filesIn(root)];
    expect(outside).toEqual([]);
    expect(inside.filter((path) => !FILE_NAME.test(path.slice(root.length + 1)))).toEqual([]);
  });

  it('with half a character are refused, and nothing is made for them', async () => {
    const root = join(temporaryDirectory(), 'root');
    const cache = openCache({ cacheRoot: root });
    for (const key of brokenKeys(isFull ? 2_000 : 300, SEED)) {
      await expect(cache.set(key, 1)).rejects.toMatchObject({ code: 'CACHE_INVALID_KEY' });
      await expect(cache.get(key)).rejects.toMatchObject({ code: 'CACHE_INVALID_KEY' });
    }
    expect(readdirSync(join(root, 'data'))).toEqual(['blobs']);
  });

  it('that are names of every object are data, and so are values and tags that hold them', async () => {
    const root = temporaryDirectory();
    const hostile = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1}');
    const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '$', 'then'];
    const cache = openCache({ cacheRoot: root });
    const value = { hostile, list: [hostile], map: new Map([['__proto__', hostile]]), date: new Date(1) };
    for (const name of names) {
      expect(await cache.get(name)).toBeUndefined();
      expect(await cache.set(name, { ...value, name }, { tags: names })).toBe(true);
    }
    await cache.close();
    const later = openCache({ cacheRoot: root });
    for (const name of names) {
      const read = await later.get<typeof value>(name);
      expect(read).toEqual({ ...value, name });
      expect(Object.hasOwn(read?.hostile ?? {}, '__proto__')).toBe(true);
      expect((await later.getMetadata(name))?.tags).toEqual(names);
    }
    expect('polluted' in {}).toBe(false);
  });
});
