import { ManualClock } from '@glovebox/cache-core';
import { createFilesystemCache } from '@glovebox/cache-fs';
import { type KeyvAdapter, toKeyv } from '@glovebox/cache-interop';
import { createMemoryCache } from '@glovebox/cache-memory';
import Keyv5 from 'keyv';
import Keyv6 from 'keyv-6';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from './support/caches.js';

/** What the two versions have in common. */
interface AnyKeyv {
  get(key: string): Promise<unknown>;
  get(keys: string[]): Promise<unknown[]>;
  set(key: string, value: unknown, ttlMs?: number): Promise<boolean>;
  setMany(entries: { key: string; value: unknown; ttl?: number }[]): Promise<unknown>;
  has(key: string): Promise<boolean>;
  hasMany(keys: string[]): Promise<boolean[]>;
  delete(key: string): Promise<boolean>;
  deleteMany(keys: string[]): Promise<unknown>;
  clear(): Promise<void>;
  disconnect(): Promise<void>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  iterator?: ((namespace?: string) => AsyncIterable<readonly unknown[]>) | undefined;
}

interface Version {
  readonly version: number;
  readonly separator: string;
  open(store: KeyvAdapter, namespace?: string): AnyKeyv;
}

const VERSIONS: readonly Version[] = [
  { version: 5, separator: ':', open: (store, namespace) => new Keyv5({ store, ...(namespace && { namespace }) }) },
  { version: 6, separator: '::', open: (store, namespace) => new Keyv6({ store, ...(namespace && { namespace }) }) },
];

async function* nothing(): AsyncGenerator<never> {}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe.each(VERSIONS)('a cache in keyv $version', ({ version, open, separator }) => {
  it('keeps, lists and removes values, and answers for many keys at once', async () => {
    await using cache = createMemoryCache();
    const keyv = open(toKeyv(cache), 'app');
    expect(await keyv.set('a', { n: 1 })).toBe(true);
    expect(
      await keyv.setMany([
        { key: 'b', value: 2 },
        { key: 'c', value: null, ttl: 60_000 },
      ]),
    ).toEqual([true, true]);
    expect(await keyv.get(['a', 'b', 'missing', 'c'])).toEqual([{ n: 1 }, 2, undefined, null]);
    expect(await keyv.has('a')).toBe(true);
    expect(await keyv.hasMany(['a', 'missing'])).toEqual([true, false]);
    expect(await collect(keyv.iterator?.() ?? nothing())).toEqual([
      ['a', { n: 1 }],
      ['b', 2],
      ['c', null],
    ]);
    expect(await keyv.deleteMany(['a', 'missing'])).toEqual(version === 5 ? false : [true, false]);
    expect(await keyv.delete('b')).toBe(true);
    expect(await keyv.delete('b')).toBe(false);
    expect(await keyv.get('a')).toBeUndefined();
  });

  it('writes plain text under the key with its namespace, where the cache finds it', async () => {
    await using cache = createMemoryCache();
    const keyv = open(toKeyv(cache), 'app');
    await keyv.set('a', 1);
    expect(JSON.parse(String(await cache.get(`app${separator}a`)))).toMatchObject({ value: 1 });
  });

  it('clears its namespace and nothing else of the cache', async () => {
    await using cache = createMemoryCache();
    await cache.set('other', 1);
    const first = open(toKeyv(cache), 'first');
    const second = open(toKeyv(cache), 'second');
    await first.set('a', 1);
    await second.set('a', 2);
    await first.clear();
    expect(await first.get('a')).toBeUndefined();
    expect(await second.get('a')).toBe(2);
    expect(await cache.get('other')).toBe(1);
  });

  it('may share one adapter between namespaces', async () => {
    await using cache = createMemoryCache();
    const store = toKeyv(cache);
    const first = open(store, 'first');
    await first.set('a', 1);
    const second = open(store, 'second');
    await second.set('a', 2);
    expect([await first.get('a'), await second.get('a')]).toEqual([1, 2]);
  });

  it('lets the cache expire what it is told to keep for milliseconds', async () => {
    await using cache = createMemoryCache({ defaultTtl: '1h' });
    const keyv = open(toKeyv(cache), 'app');
    await keyv.set('short', 1, 90_000);
    await keyv.set('usual', 1);
    await keyv.set('ages', 1, 1e15);
    const ttls = async (key: string) => (await cache.getMetadata(`app${separator}${key}`))?.ttlSeconds;
    // keyv 6 reckons with instants, and may lose a millisecond on the way.
    expect(await ttls('short')).toBeGreaterThan(89);
    expect(await ttls('short')).toBeLessThanOrEqual(90);
    expect(await ttls('usual')).toBe(3_600);
    expect(await ttls('ages')).toBeNull();
  });

  it('hears of faults that the cache turns into misses', async () => {
    const cacheRoot = temporaryDirectory();
    await using cache = createFilesystemCache({ cacheRoot, maxSizeBytes: 100 });
    const keyv = open(toKeyv(cache));
    const errors: unknown[] = [];
    keyv.on('error', (error: unknown) => errors.push(error));
    expect(await keyv.set('a', 'x'.repeat(1_000))).toBe(false);
    expect(errors).toMatchObject([{ code: 'CACHE_BACKEND_FAILED' }]);
  });

  it('is not harmed by faults that nobody listens to', async () => {
    await using cache = createMemoryCache({ maxSizeBytes: 100 });
    const keyv = open(toKeyv(cache));
    expect(await keyv.set('a', 'x'.repeat(1_000))).toBe(false);
  });

  it('closes the cache when it is disconnected, and of a namespace only its use', async () => {
    await using cache = createMemoryCache();
    const keyv = open(toKeyv(cache.namespace('sessions')));
    await keyv.set('a', 1);
    await keyv.disconnect();
    expect((await cache.getStats()).totalEntries).toBe(1);
    await open(toKeyv(cache)).disconnect();
    await expect(cache.get('a')).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
  });
});

describe('toKeyv', () => {
  it('takes a time to live in milliseconds, 0 for none, and removes what has expired before', async () => {
    const clock = new ManualClock();
    await using cache = createMemoryCache({ clock });
    const store = toKeyv(cache);
    await store.set('a', 'x', 1_500);
    clock.advance(1_499);
    expect(await store.get('a')).toBe('x');
    clock.advance(1);
    expect(await store.get('a')).toBeUndefined();
    await store.set('a', 'x', 0);
    expect((await cache.getMetadata('a'))?.ttlSeconds).toBeNull();
    expect(await store.set('a', 'y', -1)).toBe(true);
    expect(await store.has('a')).toBe(false);
    await expect(store.set('a', 'x', Number.NaN)).rejects.toMatchObject({ code: 'CACHE_INVALID_TTL' });
  });

  it('refuses what is no cache', () => {
    for (const wrong of [undefined, {}, new Map()]) {
      expect(() => toKeyv(wrong as never)).toThrow(/toKeyv: the cache is/);
    }
  });
});
