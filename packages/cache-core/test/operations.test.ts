import { type BaseCacheOptions, type CacheManager, MAX_FUTURE_MS, valueCodec } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { collect } from './support/collect.js';
import { eventsOf } from './support/events.js';
import { MapCache } from './support/map-cache.js';
import { SteppedCache } from './support/stepped-cache.js';

/** The same promises with hooks that return values and with hooks that return promises. */
describe.each([
  ['with hooks that return values', (options?: BaseCacheOptions) => new MapCache(options)],
  ['with hooks that return promises', (options?: BaseCacheOptions) => new SteppedCache(options)],
])('%s', (_name, create) => {
  describe('set and get', () => {
    it('tell a stored value from a miss', async () => {
      const cache = create();
      for (const value of [null, 0, false, '']) {
        expect(await cache.set('a', value)).toBe(true);
        expect(await cache.get('a', 'default')).toBe(value);
        expect(await cache.lookup('a')).toMatchObject({ hit: true, value });
      }
      expect(await cache.get('b')).toBeUndefined();
      expect(await cache.get('b', null)).toBeNull();
      expect(await cache.lookup('b')).toEqual({ hit: false });
    });

    it('keep the value apart from what the caller does to it', async () => {
      const cache = create();
      const value = { list: [1], bytes: new Uint8Array([1]) };
      await cache.set('a', value);
      value.list.push(2);
      value.bytes[0] = 2;
      const first = await cache.get<typeof value>('a');
      first?.list.push(3);
      expect(await cache.get('a')).toEqual({ list: [1], bytes: new Uint8Array([1]) });
    });

    it('replace value, ttl, tags and createdAt, and keep the count of reads', async () => {
      const cache = create();
      await cache.set('a', 1, { ttl: 10, tags: ['x'] });
      await cache.get('a');
      cache.manualClock.advance(5_000);
      await cache.set('a', 'two');
      expect(await cache.getMetadata('a')).toEqual({
        key: 'a',
        sizeBytes: 5,
        createdAt: cache.manualClock.now(),
        lastAccessedAt: cache.manualClock.now(),
        accessCount: 1,
        ttlSeconds: null,
        expiresAt: null,
        tags: [],
        ageSeconds: 0,
        isExpired: false,
      });
    });

    it('take odd keys for what they are', async () => {
      const cache = create();
      const keys = [
        '__proto__',
        'constructor',
        'toString',
        ' ',
        '\u0000',
        'ä',
        'a\u0308',
        '../..',
        'x'.repeat(10_000),
        '𝄞',
      ];
      for (const [index, key] of keys.entries()) await cache.set(key, index);
      for (const [index, key] of keys.entries()) expect(await cache.get(key)).toBe(index);
      expect((await collect(cache.keys())).sort()).toEqual([...keys].sort());
    });
  });

  describe('expiry', () => {
    it('is at createdAt + ttl, to the millisecond', async () => {
      const cache = create();
      await cache.set('a', 1, { ttl: 1.5 });
      cache.manualClock.advance(1_499);
      expect(await cache.get('a')).toBe(1);
      cache.manualClock.advance(1);
      expect(await cache.get('a')).toBeUndefined();
      expect(await cache.lookup('a')).toEqual({ hit: false });
      expect(await cache.exists('a')).toBe(false);
      expect(await cache.getMetadata('a')).toBeUndefined();
      expect(await collect(cache.keys())).toEqual([]);
      expect(await cache.delete('a')).toBe(false);
    });

    it.each([
      [0.0001, 1],
      [0.0015, 2],
      ['1ms', 1],
      ['7ms', 7],
      ['1.5s', 1_500],
      ['5m', 300_000],
      ['1h', 3_600_000],
      ['7d', 604_800_000],
    ] as const)('of %s is after %s ms', async (ttl, milliseconds) => {
      const cache = create();
      await cache.set('a', 1, { ttl });
      const metadata = await cache.getMetadata('a');
      expect(metadata?.expiresAt).toBe(cache.manualClock.now() + milliseconds);
      cache.manualClock.advance(milliseconds - 1);
      expect(await cache.exists('a')).toBe(true);
      cache.manualClock.advance(1);
      expect(await cache.exists('a')).toBe(false);
    });

    it('is by default the one of the options, never with null', async () => {
      const cache = create({ defaultTtl: '1m' });
      await cache.set('a', 1);
      await cache.set('b', 1, { ttl: null });
      await cache.set('c', 1, { ttl: undefined });
      await cache.getOrSet('d', () => 1);
      cache.manualClock.advance(60_000);
      expect(await collect(cache.keys())).toEqual(['b']);
    });

    it('restarts with each set', async () => {
      const cache = create();
      await cache.set('a', 1, { ttl: 10 });
      cache.manualClock.advance(9_000);
      await cache.set('a', 2, { ttl: 10 });
      cache.manualClock.advance(9_000);
      expect(await cache.get('a')).toBe(2);
    });

    it('of an entry from beyond a minute in the future is a miss', async () => {
      const cache = create();
      await cache.set('a', 1);
      const writtenAt = cache.manualClock.now();
      cache.manualClock.set(writtenAt - MAX_FUTURE_MS);
      expect(await cache.get('a')).toBe(1);
      cache.manualClock.set(writtenAt - MAX_FUTURE_MS - 1);
      expect(await cache.get('a')).toBeUndefined();
      expect(await cache.exists('a')).toBe(false);
      expect(await collect(cache.keys())).toEqual([]);
      expect(await cache.getStats()).toMatchObject({ errorCount: 0, expiredCount: 0 });
    });
  });

  describe('metadata and statistics', () => {
    it('count reads, and are not touched by being asked', async () => {
      const cache = create();
      await cache.set('a', 1, { ttl: '1h', tags: ['x', 'y', 'x'] });
      cache.manualClock.advance(2_500);
      await cache.get('a');
      await cache.getMany(['a', 'a']);
      await cache.lookup('a');
      for (let round = 0; round < 3; round++) {
        await cache.exists('a');
        await cache.getMetadata('a');
        await cache.getStats();
        await collect(cache.keys());
      }
      expect(await cache.getMetadata('a')).toMatchObject({
        accessCount: 4,
        lastAccessedAt: cache.manualClock.now(),
        ageSeconds: 2.5,
        ttlSeconds: 3_600,
        tags: ['x', 'y'],
        isExpired: false,
      });
      expect(await cache.getStats()).toMatchObject({ hitCount: 4, missCount: 0 });
    });

    it('of a lookup are those after it', async () => {
      const cache = create();
      await cache.set('a', 1);
      cache.manualClock.advance(10);
      expect(await cache.lookup('a')).toMatchObject({
        metadata: { accessCount: 1, lastAccessedAt: cache.manualClock.now() },
      });
    });

    it('are percentages, 0 before the first read', async () => {
      const cache = create();
      expect(await cache.getStats()).toEqual({
        totalEntries: 0,
        totalSizeBytes: 0,
        hitCount: 0,
        missCount: 0,
        setCount: 0,
        deleteCount: 0,
        evictionCount: 0,
        expiredCount: 0,
        errorCount: 0,
        hitRate: 0,
        missRate: 0,
        lastUpdatedAt: 0,
      });
      await cache.setMany([
        ['a', 'é'],
        ['b', [1, 2]],
      ]);
      for (const key of ['a', 'b', 'a', 'c']) await cache.get(key);
      await cache.delete('b');
      await cache.delete('b');
      const stats = await cache.getStats();
      expect(stats).toMatchObject({ totalEntries: 1, totalSizeBytes: 4, hitCount: 3, missCount: 1, setCount: 2 });
      expect(stats).toMatchObject({ deleteCount: 1, hitRate: 75, missRate: 25 });
      expect(stats.lastUpdatedAt).toBe(cache.manualClock.now());
      expect(Object.isFrozen(stats)).toBe(true);
    });

    it('can not be changed through what was given or returned', async () => {
      const cache = create();
      const tags = ['x'];
      await cache.set('a', 1, { tags });
      tags.push('y');
      const returned = (await cache.getMetadata('a'))?.tags ?? [];
      Array.prototype.push.call(returned, 'z');
      expect((await cache.getMetadata('a'))?.tags).toEqual(['x']);
    });
  });

  describe('batches', () => {
    it('of reads give the hits in the order asked for, each key once', async () => {
      const cache = create();
      for (let index = 0; index < 150; index++) await cache.set(`key ${index}`, index);
      const keys = Array.from({ length: 200 }, (_, index) => `key ${199 - index}`);
      const found = await cache.getMany([...keys, 'key 3']);
      expect([...found.keys()]).toEqual(keys.slice(50));
      expect(found.get('key 3')).toBe(3);
    });

    it('of writes take a map, a generator, and options of each entry', async () => {
      const cache = create();
      expect(await cache.setMany(new Map([['a', 1]]))).toBe(1);
      function* entries() {
        yield ['b', 2, { ttl: 5 }] as const;
        yield ['b', 3, { ttl: 7 }] as const;
      }
      expect(await cache.setMany(entries())).toBe(2);
      expect(await cache.setMany([])).toBe(0);
      expect(await cache.lookup('b')).toMatchObject({ value: 3, metadata: { ttlSeconds: 7 } });
    });

    it('of deletions count the keys that were there', async () => {
      const cache = create();
      await cache.setMany([
        ['a', 1],
        ['b', 2],
      ]);
      expect(await cache.deleteMany(['a', 'a', 'b', 'c'])).toBe(2);
      expect(await cache.getStats()).toMatchObject({ deleteCount: 2, totalEntries: 0 });
    });
  });

  describe('keys', () => {
    it('are those that begin with the prefix, to the letter', async () => {
      const cache = create();
      const keys = ['users:1', 'users:archive:1', 'Users:2', 'users', 'us%', 'usé'];
      for (const key of keys) await cache.set(key, 1);
      expect((await collect(cache.keys({ prefix: 'users:' }))).sort()).toEqual(['users:1', 'users:archive:1']);
      expect(await collect(cache.keys({ prefix: 'us%' }))).toEqual(['us%']);
      expect((await collect(cache.keys({ prefix: '' }))).sort()).toEqual([...keys].sort());
      expect(await collect(cache.keys({ prefix: 'none' }))).toEqual([]);
    });
  });

  describe('events', () => {
    it('tell what happened, and to whom', async () => {
      const cache = create({ maxEntries: 2 });
      const events = eventsOf(cache);
      await cache.set('a', 1);
      await cache.get('a');
      await cache.get('b');
      await cache.getOrSet('b', () => 2);
      await cache.set('c', 3, { ttl: 1 });
      await cache.delete('b');
      await cache.delete('b');
      cache.manualClock.advance(1_000);
      await cache.cleanup();
      await cache.clear();
      expect(events).toEqual([
        'set a',
        'hit a',
        'miss b',
        'miss b',
        'set b',
        'set c',
        'evict a',
        'delete b',
        'expire c',
        'clear',
      ]);
    });
  });

  describe("a caller's mistake", () => {
    const badKeys: unknown[] = ['', 5, null, undefined, {}, ['a'], Symbol('a'), 'a\ud800'];
    const operations: Record<string, (cache: CacheManager, key: string) => Promise<unknown>> = {
      get: (cache, key) => cache.get(key),
      lookup: (cache, key) => cache.lookup(key),
      set: (cache, key) => cache.set(key, 1),
      exists: (cache, key) => cache.exists(key),
      delete: (cache, key) => cache.delete(key),
      getMany: (cache, key) => cache.getMany(['fine', key]),
      setMany: (cache, key) =>
        cache.setMany([
          ['fine', 1],
          [key, 1],
        ]),
      deleteMany: (cache, key) => cache.deleteMany(['fine', key]),
      getOrSet: (cache, key) => cache.getOrSet(key, () => 1),
      getMetadata: (cache, key) => cache.getMetadata(key),
    };
    for (const [name, run] of Object.entries(operations)) {
      it(`in the key of ${name} rejects with CACHE_INVALID_KEY, and changes nothing`, async () => {
        const cache = create();
        await cache.set('untouched', 1);
        for (const key of badKeys) {
          await expect(run(cache, key as string)).rejects.toThrow(
            expect.objectContaining({ code: 'CACHE_INVALID_KEY' }),
          );
        }
        expect(cache.storedKeys).toEqual(['untouched']);
        expect(await cache.getStats()).toMatchObject({ errorCount: 0, missCount: 0 });
      });
    }

    it.each([
      [{ ttl: 0 }, 'CACHE_INVALID_TTL'],
      [{ ttl: -1 }, 'CACHE_INVALID_TTL'],
      [{ ttl: Number.NaN }, 'CACHE_INVALID_TTL'],
      [{ ttl: Number.POSITIVE_INFINITY }, 'CACHE_INVALID_TTL'],
      [{ ttl: 1e12 }, 'CACHE_INVALID_TTL'],
      [{ ttl: '0s' }, 'CACHE_INVALID_TTL'],
      [{ ttl: '5 minutes' }, 'CACHE_INVALID_TTL'],
      [{ ttl: true }, 'CACHE_INVALID_TTL'],
      [{ ttl: 5n }, 'CACHE_INVALID_TTL'],
      [{ ttl: new Date(0) }, 'CACHE_INVALID_TTL'],
      [{ tag: ['x'] }, 'CACHE_INVALID_CONFIG'],
      [{ tags: 'x' }, 'CACHE_INVALID_CONFIG'],
      [{ tags: [''] }, 'CACHE_INVALID_CONFIG'],
      [{ tags: [1] }, 'CACHE_INVALID_CONFIG'],
      [60, 'CACHE_INVALID_CONFIG'],
      [null, 'CACHE_INVALID_CONFIG'],
      ['5m', 'CACHE_INVALID_CONFIG'],
    ])('in the options %o rejects with %s, in set, setMany and getOrSet', async (options, code) => {
      const cache = create();
      await cache.set('a', 'old');
      const bad = options as { ttl: number };
      const rejection = expect.objectContaining({ code });
      let isRun = false;
      await expect(cache.set('a', 1, bad)).rejects.toThrow(rejection);
      await expect(cache.setMany([['a', 1, bad]])).rejects.toThrow(rejection);
      await expect(
        cache.getOrSet(
          'b',
          () => {
            isRun = true;
          },
          bad,
        ),
      ).rejects.toThrow(rejection);
      expect(isRun).toBe(false);
      expect(await cache.get('a')).toBe('old');
    });

    it('that is a misspelt option is told the nearest name', async () => {
      const cache = create();
      await expect(cache.set('a', 1, { tll: 5 } as object)).rejects.toThrow(/'ttl'/);
      await expect(collect(cache.keys({ prefx: 'a' } as object))).rejects.toThrow(/'prefix'/);
    });

    it('that is a value which can not be stored rejects with CACHE_UNSERIALIZABLE, and leaves what was there', async () => {
      const cache = create();
      await cache.set('a', 'old');
      for (const value of [undefined, () => 1, Symbol('s'), new (class Point {})()]) {
        const rejection = expect.objectContaining({ code: 'CACHE_UNSERIALIZABLE', key: 'a' });
        await expect(cache.set('a', value)).rejects.toThrow(rejection);
        await expect(
          cache.setMany([
            ['b', 1],
            ['a', value],
          ]),
        ).rejects.toThrow(rejection);
      }
      expect(await cache.get('a')).toBe('old');
      expect(cache.storedKeys).toEqual(['a']);
      expect(await cache.getStats()).toMatchObject({ errorCount: 0 });
    });

    it.each([undefined, null, 5, {}, 'ab', { length: 1 }])(
      'that is %o where entries belong is told',
      async (entries) => {
        const cache = create();
        await expect(cache.setMany(entries as [])).rejects.toThrow(
          expect.objectContaining({ code: 'CACHE_INVALID_KEY' }),
        );
      },
    );

    it.each([null, undefined, 5, 'ab', {}, [], ['only a key', undefined]])(
      'that is %o where a pair belongs is told, and nothing is stored',
      async (pair) => {
        const cache = create();
        const entries = [['fine', 1], pair] as [string, unknown][];
        await expect(cache.setMany(entries)).rejects.toThrow(
          expect.objectContaining({ code: expect.stringMatching(/^CACHE_(INVALID_KEY|UNSERIALIZABLE)$/) }),
        );
        expect(cache.storedKeys).toEqual([]);
      },
    );

    it('that is thrown by the iterator of entries reaches the caller, and nothing is stored', async () => {
      const cache = create();
      function* entries(): Generator<[string, number]> {
        yield ['a', 1];
        throw new RangeError('mine');
      }
      await expect(cache.setMany(entries())).rejects.toThrow(new RangeError('mine'));
      expect(cache.storedKeys).toEqual([]);
    });

    it.each([undefined, null, 'ab', new Set(['a']), { 0: 'a', length: 1 }])(
      'that is %o where keys belong is told',
      async (keys) => {
        const cache = create();
        const rejection = expect.objectContaining({ code: 'CACHE_INVALID_KEY' });
        await expect(cache.getMany(keys as never)).rejects.toThrow(rejection);
        await expect(cache.deleteMany(keys as never)).rejects.toThrow(rejection);
      },
    );

    it.each([undefined, null, 5, {}])('that is %o where a factory belongs is told', async (factory) => {
      const cache = create();
      await expect(cache.getOrSet('a', factory as never)).rejects.toThrow(
        expect.objectContaining({ code: 'CACHE_INVALID_CONFIG', key: 'a' }),
      );
    });

    it.each([
      [null, 'CACHE_INVALID_CONFIG'],
      [5, 'CACHE_INVALID_CONFIG'],
      ['users:', 'CACHE_INVALID_CONFIG'],
      [{ prefix: 5 }, 'CACHE_INVALID_KEY'],
      [{ prefix: null }, 'CACHE_INVALID_KEY'],
    ])('that is %o where options of keys belong is told', async (options, code) => {
      const cache = create();
      await expect(collect(cache.keys(options as never))).rejects.toThrow(expect.objectContaining({ code }));
    });
  });
});

describe('sizes', () => {
  it('are computed only when somebody asks, or a limit on bytes does', async () => {
    let asked = 0;
    class Counting extends MapCache {
      protected override readonly codec = {
        ...valueCodec,
        sizeOf: (payload: Parameters<typeof valueCodec.sizeOf>[0]) => {
          asked++;
          return valueCodec.sizeOf(payload);
        },
      };
      // What the index of the base class would ask.
      protected override noteWritten(): void {}
      protected override touchEntry(): void {}
    }
    const cache = new Counting();
    await cache.set('a', 'text');
    await cache.get('a');
    expect(asked).toBe(0);
    expect((await cache.getMetadata('a'))?.sizeBytes).toBe(6);
    await cache.getMetadata('a');
    expect(asked).toBe(1);
  });
});
