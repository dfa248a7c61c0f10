import { describe, expect, it } from 'vitest';
import { collect } from './support/collect.js';
import { MapCache } from './support/map-cache.js';

describe('a namespace', () => {
  it('is a part of its cache: cleared with it, within its limits, and counted there', async () => {
    const cache = new MapCache({ maxEntries: 2 });
    const users = cache.namespace('users');
    await users.set('a', 1);
    await cache.set('b', 1);
    await cache.namespace('teams').set('c', 1);
    expect(await users.exists('a')).toBe(false);
    expect(await users.getStats()).toMatchObject({ totalEntries: 0, setCount: 1, evictionCount: 1 });
    expect(await cache.getStats()).toMatchObject({ totalEntries: 2, setCount: 3, evictionCount: 1 });
    await cache.clear();
    expect(await cache.namespace('teams').get('c')).toBeUndefined();
    await cache.close();
  });

  it('has its entries in the cache under keys that no name can forge', async () => {
    const cache = new MapCache();
    await cache.namespace('a').namespace('b').set('key', 1);
    await cache.namespace('a/b').set('key', 2);
    await cache.namespace('a\u001fb').set('key', 3);
    expect(cache.storedKeys).toEqual(['\u001fa%1Fb\u001fkey', '\u001fa%2Fb\u001fkey', '\u001fa/b\u001fkey']);
    await cache.close();
  });

  it('counts what expires in it, and faults of its keys', async () => {
    const cache = new MapCache();
    const users = cache.namespace('users');
    await users.set('a', 1, { ttl: '1s' });
    await users.set('b', 1);
    const damaged = cache.store.get('\u001fusers\u001fb');
    if (damaged !== undefined) {
      cache.store.set('\u001fusers\u001fb', { ...damaged, payload: { encoding: 'json', data: '{' } });
    }
    expect(await users.get('b')).toBeUndefined();
    cache.manualClock.advance(2_000);
    await users.cleanup();
    expect(await users.getStats()).toMatchObject({ totalEntries: 0, missCount: 1, errorCount: 1, expiredCount: 1 });
    await cache.close();
  });

  it('is told of the invalidation of its own tags, and of no others', async () => {
    const cache = new MapCache();
    const [a, b] = [cache.namespace('a'), cache.namespace('b')];
    const told: unknown[] = [];
    a.on('invalidate', ({ tags }) => told.push(['a', tags]));
    cache.on('invalidate', ({ tags }) => told.push(['all', tags]));
    await a.invalidateTags(['x', 'y']);
    await b.invalidateTags(['x']);
    await cache.invalidateTags(['x']);
    expect(told).toEqual([
      ['a', ['x', 'y']],
      ['all', ['\u001fa\u001fx', '\u001fa\u001fy']],
      ['all', ['\u001fb\u001fx']],
      ['all', ['x']],
    ]);
  });

  it('left half-way in a listing, or closed in it, ends it', async () => {
    const cache = new MapCache();
    const users = cache.namespace('users');
    await users.setMany([
      ['a', 1],
      ['b', 1],
    ]);
    for await (const key of users.keys()) {
      expect(key).toBe('a');
      break;
    }
    const listing = async () => {
      for await (const _key of users.keys()) await users.close();
    };
    await expect(listing()).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
    expect(await collect(cache.namespace('users').keys())).toEqual(['a', 'b']);
    await cache.close();
  });
});
