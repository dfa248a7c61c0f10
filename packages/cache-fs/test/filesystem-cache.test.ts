import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVICTION_POLICIES, ManualClock } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { createFilesystemCache } from '../src/index.js';
import { entryId } from '../src/store/entry-id.js';
import { injectFault } from './faults/inject-fault.js';
import { eventually, openCache, temporaryDirectory } from './support.js';

const entryFile = (root: string, key: string) => join(root, 'data', `${entryId(key)}.json`);
const recordFile = (root: string, key: string) => join(root, 'metadata', `${entryId(key)}.meta.json`);
const blobs = (root: string) => readdirSync(join(root, 'data', 'blobs'));

describe('files that people look at', () => {
  it('data/<id>.json is one JSON document, mode 0600, with the value under "value"', async () => {
    const root = temporaryDirectory();
    await openCache({ cacheRoot: root }).set('layout', { title: 'Glove80' }, { ttl: '1h', tags: ['moergo'] });
    const document = JSON.parse(readFileSync(entryFile(root, 'layout'), 'utf8'));
    expect(document.value).toEqual({ title: 'Glove80' });
    expect(document.entry).toMatchObject({ key: 'layout', ttlSeconds: 3_600, tags: ['moergo'] });
    if (process.platform !== 'win32') expect(statSync(entryFile(root, 'layout')).mode & 0o777).toBe(0o600);
  });

  it('metadata/<id>.meta.json has every entry that was read, and its reads, once the cache is closed', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('read', 1, { tags: ['t'] });
    await cache.set('unread', 'abc');
    await cache.get('read');
    await cache.get('read');
    await cache.close();
    const record = JSON.parse(readFileSync(recordFile(root, 'read'), 'utf8'));
    expect(record).toMatchObject({ key: 'read', accessCount: 2, tags: ['t'], sizeBytes: 1 });
    expect(existsSync(recordFile(root, 'unread'))).toBe(false);
  });

  it('a deleted entry leaves neither data, record nor blob', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('blob', new Uint8Array(100_000));
    await cache.get('blob');
    await cache.cleanup();
    expect(existsSync(recordFile(root, 'blob'))).toBe(true);
    expect(await cache.delete('blob')).toBe(true);
    expect(existsSync(entryFile(root, 'blob')) || existsSync(recordFile(root, 'blob'))).toBe(false);
    await eventually(() => blobs(root).length === 0, 'the blob is removed');
  });
});

/** To be asked instead of `toEqual`, which takes minutes to print how a million bytes differ. */
const isFilled = (found: unknown, size: number, byte: number) =>
  found instanceof Uint8Array && found.length === size && found.every((each) => each === byte);

describe('values', () => {
  it.each([
    ['Uint8Array', new Uint8Array(100_000).fill(7)],
    ['Buffer', Buffer.alloc(100_000, 7)],
  ])("of many bytes come back as a %s of the caller's own", async (_name, bytes) => {
    const cache = openCache({ cacheRoot: temporaryDirectory() });
    await cache.set('k', bytes);
    for (let times = 0; times < 3; times++) {
      const found = await cache.get<Uint8Array>('k');
      expect(found).toStrictEqual(bytes);
      expect(found?.buffer.byteLength).toBe(bytes.byteLength);
      found?.fill(0);
    }
  });

  it.each([
    ['at once', {}, 100_000],
    ['in the entry file', {}, 1_000],
    ['through the thread pool', {}, 2_000_000],
    ["with io 'async'", { io: 'async' } as const, 100_000],
    ["under the policy 'ttl'", { evictionPolicy: 'ttl', maxEntries: 5 } as const, 100_000],
  ])('of bytes are those at the time of the call, written %s', async (_name, options, size) => {
    const cache = openCache({ cacheRoot: temporaryDirectory(), ...options });
    // The first finds the store closed, the second open, and the third a write of its key under way, if that takes long.
    for (const key of ['a', 'b', 'b']) {
      const bytes = new Uint8Array(size).fill(1);
      const stored = cache.set(key, bytes);
      bytes.fill(2);
      if (key === 'a') await stored;
      expect(await cache.get(key)).toSatisfy((found) => found === undefined || found[size - 1] === 1);
      expect(await stored).toBe(true);
      expect(isFilled(await cache.get(key), size, 1)).toBe(true);
    }
    const [first, second] = [new Uint8Array(size).fill(3), new Uint8Array(size).fill(4)];
    const both = [cache.set('c', first), cache.set('c', second)];
    first.fill(0);
    second.fill(0);
    expect(await Promise.all(both)).toEqual([true, true]);
    expect(isFilled(await cache.get('c'), size, 4)).toBe(true);
  });

  it('of bytes are those at the time of the call, also when the directory has to be made again', async () => {
    const root = join(temporaryDirectory(), 'cache');
    const cache = openCache({ cacheRoot: root });
    await cache.set('a', 1);
    rmSync(root, { recursive: true });
    const bytes = new Uint8Array(100_000).fill(1);
    const stored = cache.set('b', bytes);
    bytes.fill(2);
    expect(await stored).toBe(true);
    expect(isFilled(await cache.get('b'), 100_000, 1)).toBe(true);
  });

  it('of bytes are those at the time of the call, also when room has to be made first', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('a', 1);
    const fault = injectFault({ call: { sync: 'writeFileSync' }, code: 'ENOSPC', path: join(root, 'tmp') });
    const bytes = new Uint8Array(100_000).fill(1);
    const stored = cache.set('b', bytes);
    bytes.fill(2);
    expect(await stored).toBe(true);
    expect(fault.failed).toBe(1);
    expect(isFilled(await cache.get('b'), 100_000, 1)).toBe(true);
  });

  it('that another instance has replaced by bytes of many leave none behind when they are deleted', async () => {
    const root = temporaryDirectory();
    const [first, second] = [openCache({ cacheRoot: root }), openCache({ cacheRoot: root })];
    await first.set('k', 'small');
    await second.set('k', new Uint8Array(100_000));
    expect(await first.delete('k')).toBe(true);
    await eventually(() => blobs(root).length === 0, 'the blob is removed');
    expect(await first.getStats()).toMatchObject({ totalEntries: 0, totalSizeBytes: 0 });
  });

  it.each(['sync', 'async'] as const)('of every size come back whole (%s)', async (io) => {
    const cache = openCache({ cacheRoot: temporaryDirectory(), io });
    for (const size of [0, 1, 65_535, 65_536, 65_537, 1_000_000]) {
      const bytes = new Uint8Array(size).map((_, index) => index * 31);
      expect(await cache.set(`bytes${size}`, bytes)).toBe(true);
      expect(await cache.get(`bytes${size}`)).toEqual(bytes);
      const text = 'é'.repeat(size / 2);
      expect(await cache.set(`text${size}`, text)).toBe(true);
      expect(await cache.get(`text${size}`)).toBe(text);
    }
  });

  it('keep one blob an entry when replaced', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    for (let round = 0; round < 5; round++) await cache.set('k', Buffer.alloc(70_000, round));
    await eventually(() => blobs(root).length === 1, 'older blobs are removed');
    expect(await cache.get('k')).toEqual(Buffer.alloc(70_000, 4));
    await cache.set('k', 'small');
    await eventually(() => blobs(root).length === 0, 'the last blob is removed');
  });
});

describe('damage', () => {
  it('is a miss, counted, and removed unprompted', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('a', 1);
    await cache.set('big', Buffer.alloc(70_000));
    writeFileSync(entryFile(root, 'a'), 'garbage');
    writeFileSync(join(root, 'data', 'blobs', blobs(root)[0] ?? ''), Buffer.alloc(70_000, 1));
    expect(await cache.get('a', 'none')).toBe('none');
    expect(await cache.get('big')).toBeUndefined();
    expect((await cache.getStats()).errorCount).toBe(2);
    await eventually(() => !existsSync(entryFile(root, 'a')), 'the damaged entry is removed');
    expect(await cache.set('a', 2)).toBe(true);
    expect(await cache.get('a')).toBe(2);
  });

  it('of one entry is never another entry: a swapped file is a miss', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('a', 'of a');
    await cache.set('b', 'of b');
    writeFileSync(entryFile(root, 'a'), readFileSync(entryFile(root, 'b')));
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.get('b')).toBe('of b');
  });

  it('a symbolic link in the place of an entry is not followed', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('a', 1);
    const outside = join(temporaryDirectory(), 'outside.json');
    writeFileSync(outside, readFileSync(entryFile(root, 'a')));
    rmSync(entryFile(root, 'a'));
    symlinkSync(outside, entryFile(root, 'a'));
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.set('a', 2)).toBe(true);
    expect(await cache.get('a')).toBe(2);
    expect(existsSync(outside)).toBe(true);
  });
});

describe('a directory removed under way', () => {
  it('is made again, and the write that found it gone is stored', async () => {
    const root = join(temporaryDirectory(), 'cache');
    const cache = openCache({ cacheRoot: root });
    await cache.set('a', 1);
    rmSync(root, { recursive: true });
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.set('b', 2)).toBe(true);
    expect(await cache.get('b')).toBe(2);
    expect((await cache.getStats()).errorCount).toBe(0);
  });
});

describe('expiry', () => {
  it('is by the injected clock; what a read found expired is removed unprompted', async () => {
    const root = temporaryDirectory();
    const clock = new ManualClock();
    const cache = openCache({ cacheRoot: root, clock });
    await cache.set('a', 1, { ttl: 10 });
    clock.advance(9_999);
    expect(await cache.get('a')).toBe(1);
    clock.advance(1);
    expect(await cache.get('a')).toBeUndefined();
    await eventually(() => !existsSync(entryFile(root, 'a')), 'the expired entry is removed');
    expect((await cache.getStats()).expiredCount).toBe(1);
  });

  it('an entry dated more than a minute ahead is a miss', async () => {
    const root = temporaryDirectory();
    const ahead = openCache({ cacheRoot: root, clock: new ManualClock(Date.now() + 3_600_000) });
    await ahead.set('a', 1);
    expect(await openCache({ cacheRoot: root }).get('a')).toBeUndefined();
    expect(await ahead.get('a')).toBe(1);
  });
});

describe('limits', () => {
  it.each(EVICTION_POLICIES.filter((policy) => policy !== 'ttl'))(
    'hold after every set and across restarts (%s)',
    async (evictionPolicy) => {
      const root = temporaryDirectory();
      const clock = new ManualClock();
      for (let restart = 0; restart < 3; restart++) {
        const cache = openCache({ cacheRoot: root, clock, maxEntries: 20, maxSizeBytes: 2_000, evictionPolicy });
        for (let index = 0; index < 60; index++) {
          clock.advance(1);
          expect(await cache.set(`${restart}-${index}`, 'x'.repeat(index * 3))).toBe(true);
          const { totalEntries, totalSizeBytes } = await cache.getStats();
          expect(totalEntries).toBeLessThanOrEqual(20);
          expect(totalSizeBytes).toBeLessThanOrEqual(2_000);
        }
        expect(readdirSync(join(root, 'data')).length - 1).toBe((await cache.getStats()).totalEntries);
        await cache.close();
      }
    },
  );

  it('lru keeps what was read in an earlier run', async () => {
    const root = temporaryDirectory();
    const clock = new ManualClock();
    const first = openCache({ cacheRoot: root, clock, maxEntries: 5 });
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      clock.advance(1);
      await first.set(key, key);
    }
    clock.advance(1);
    await first.get('a');
    await first.close();
    const second = openCache({ cacheRoot: root, clock, maxEntries: 5 });
    clock.advance(1);
    await second.set('f', 'f');
    expect(await second.exists('a')).toBe(true);
    expect(await second.exists('b')).toBe(false);
  });

  it('ttl refuses new keys when full, and takes them once something has expired', async () => {
    const clock = new ManualClock();
    const cache = openCache({ cacheRoot: temporaryDirectory(), clock, maxEntries: 2, evictionPolicy: 'ttl' });
    expect(await cache.set('a', 1, { ttl: 10 })).toBe(true);
    expect(await cache.set('b', 1)).toBe(true);
    expect(await cache.set('c', 1)).toBe(false);
    expect(await cache.set('b', 2)).toBe(true);
    clock.advance(10_000);
    expect(await cache.set('c', 1)).toBe(true);
    expect(await cache.exists('b')).toBe(true);
  });
});

describe('withLock', () => {
  it('excludes other callers of an exclusive lock, admits readers together, and names its modes', async () => {
    const cacheRoot = temporaryDirectory();
    const cache = openCache({ cacheRoot });
    const order: string[] = [];
    await Promise.all(
      ['first', 'second'].map((name) =>
        cache.withLock('k', 'exclusive', async () => {
          order.push(`${name} in`);
          await new Promise((resolve) => setImmediate(resolve));
          order.push(`${name} out`);
        }),
      ),
    );
    expect(order).toEqual(['first in', 'first out', 'second in', 'second out']);
    await cache.withLock('k', 'shared', () => cache.withLock('k', 'shared', () => {}));
    const impatient = openCache({ cacheRoot, lockTimeoutMs: 100 });
    await expect(
      cache.withLock('k', 'exclusive', () => impatient.withLock('k', 'exclusive', () => {})),
    ).rejects.toMatchObject({ code: 'CACHE_LOCK_TIMEOUT' });
    await expect(cache.withLock('k', 'write' as 'shared', () => {})).rejects.toMatchObject({
      code: 'CACHE_INVALID_CONFIG',
    });
  });
});

describe('bad options', () => {
  it.each([
    [{ cacheRoot: 5 }, 'cacheRoot'],
    [{ maxEntires: 5 }, "did you mean 'maxEntries'"],
    [{ maxEntries: 0 }, 'maxEntries'],
    [{ durability: 'powr' }, "did you mean 'power'"],
    [{ evictionPolicy: 'lur' }, "did you mean 'lru'"],
  ])('%j is refused, naming %s', (options, named) => {
    expect(() => createFilesystemCache(options as object)).toThrow(named);
  });
});

describe('several instances on one store', () => {
  it('see what another one replaced by larger values, and keep to the byte limit', async () => {
    const root = temporaryDirectory();
    const limited = openCache({ cacheRoot: root, maxSizeBytes: 100_000 });
    for (let index = 0; index < 45; index++) await limited.set(`k${index}`, 'x'.repeat(2_000));
    const unlimited = openCache({ cacheRoot: root });
    for (let index = 0; index < 45; index++) await unlimited.set(`k${index}`, 'x'.repeat(4_000));
    // Not later than at its seventeenth set an instance looks at what others have added.
    for (let round = 0; round < 17; round++) await limited.set('small', round);
    expect((await limited.getStats()).totalSizeBytes).toBeLessThanOrEqual(100_000);
  });

  it('a cleanup brings a store within limits that were not its own before', async () => {
    const root = temporaryDirectory();
    const unlimited = openCache({ cacheRoot: root });
    for (let index = 0; index < 300; index++) await unlimited.set(`k${index}`, index);
    const limited = openCache({ cacheRoot: root, maxEntries: 200 });
    await limited.cleanup();
    expect((await limited.getStats()).totalEntries).toBeLessThanOrEqual(200);
  });
});

describe('a directory that takes no folders', () => {
  it('is refused with the reason', (context) => {
    context.skip(!existsSync('/proc/self'), 'there is no /proc');
    expect(() => createFilesystemCache({ cacheRoot: '/proc/no-such-place' })).toThrow(/ENOENT|no such file/);
  });
});
