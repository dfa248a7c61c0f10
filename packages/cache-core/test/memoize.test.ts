import { CacheKey, memoize } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { MapCache } from './support/map-cache.js';

describe('memoize', () => {
  it('runs a function once for equal arguments, in parallel and later', async () => {
    await using cache = new MapCache();
    const calls: unknown[] = [];
    const area = memoize(cache, 'area', async (size: { w: number; h: number }) => {
      calls.push(size);
      return size.w * size.h;
    });
    expect(await Promise.all([area({ w: 2, h: 3 }), area({ h: 3, w: 2 })])).toEqual([6, 6]);
    expect(await area({ w: 2, h: 3 })).toBe(6);
    expect(await area({ w: 3, h: 3 })).toBe(9);
    expect(calls).toEqual([
      { w: 2, h: 3 },
      { w: 3, h: 3 },
    ]);
  });

  it('keeps the result under a key that callers can make, to delete it', async () => {
    await using cache = new MapCache();
    const twice = memoize(cache, 'twice', (n: number) => 2 * n);
    await twice(4);
    expect(await cache.get(CacheKey.fromParts('twice', 4))).toBe(8);
  });

  it('tells functions of different names apart', async () => {
    await using cache = new MapCache();
    const twice = memoize(cache, 'twice', (n: number) => 2 * n);
    const half = memoize(cache, 'half', (n: number) => n / 2);
    expect([await twice(4), await half(4)]).toEqual([8, 2]);
  });

  it('makes the key of what is said to decide, and takes the options of getOrSet', async () => {
    await using cache = new MapCache();
    let runs = 0;
    const load = memoize(cache, 'load', (_client: () => void, id: number) => ({ id, run: ++runs }), {
      key: (_client, id) => id,
      ttl: '1m',
      tags: ['loaded'],
      shouldCache: ({ id }) => id > 0,
    });
    expect([await load(() => {}, 1), await load(() => {}, 1)]).toEqual([
      { id: 1, run: 1 },
      { id: 1, run: 1 },
    ]);
    expect(await cache.getMetadata(CacheKey.fromParts('load', 1))).toMatchObject({ ttlSeconds: 60, tags: ['loaded'] });
    await load(() => {}, 0);
    expect(await load(() => {}, 0)).toEqual({ id: 0, run: 3 });
  });

  it('rejects for arguments without content, and throws for what can never work', async () => {
    await using cache = new MapCache();
    const call = memoize(cache, 'call', (task: () => number) => task());
    await expect(call(() => 1)).rejects.toMatchObject({ code: 'CACHE_INVALID_KEY' });
    expect(() => memoize(cache, '', () => 1)).toThrow(/name is ""/);
    // Programs without types pass anything.
    expect(() => memoize(cache, 'a', 1 as unknown as () => number)).toThrow(/what is memoized is 1/);
    expect(() => memoize(cache, 'a', () => 1, { key: 'id' as unknown as () => string })).toThrow(/key is "id"/);
  });
});
