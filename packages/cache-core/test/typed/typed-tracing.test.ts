import { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import type { CacheManager, OperationTrace } from '@glovebox/cache-core';
import { type TypedCache, typed } from '@glovebox/cache-core/typed';
import { describe, expect, it } from 'vitest';
import { MapCache } from '../support/map-cache.js';
import { endsOf, listen, stops } from '../support/traces.js';
import { numbersFrom } from './schemas.js';

type Numbers = TypedCache<number, number>;

/** Every operation that a cache and a typed view of it have in common, by numbers. */
async function useEverything(cache: CacheManager | Numbers): Promise<void> {
  const numbers = cache as Numbers;
  await numbers.set('a', 1);
  await numbers.get('a');
  await numbers.get('b', 5);
  await numbers.lookup('a');
  await numbers.lookup('b');
  await numbers.exists('a');
  await numbers.exists('b');
  await numbers.getMetadata('a');
  await numbers.getMetadata('b');
  await numbers.setMany([
    ['d', 1],
    ['e', 2],
  ]);
  await numbers.getMany(['a', 'b', 'd']);
  await numbers.deleteMany(['d', 'e', 'f']);
  await numbers.getOrSet('c', () => 3);
  await numbers.getOrSet('c', () => 3);
  await numbers.add('c', 4);
  await numbers.add('g', 4);
  await numbers.update('u', () => 1);
  await numbers.increment('i', 2);
  await numbers.touch('i');
  await numbers.touch('none');
  await numbers.take('i');
  await numbers.take('i');
  await numbers.delete('c');
  await numbers.invalidateTags(['t']);
  await numbers.getStats();
  await numbers.cleanup();
  await numbers.clear();
}

async function makeMistakes(cache: CacheManager | Numbers): Promise<void> {
  const numbers = cache as Numbers;
  for (const mistake of [
    () => numbers.get(''),
    () => numbers.get(7 as never),
    () => numbers.set('a', 1, { ttl: 0 }),
    () => numbers.setMany(5 as never),
    () => numbers.getMany(5 as never),
    () => numbers.getOrSet('a', 'no function' as never),
    () => numbers.update('a', 'no function' as never),
    () => numbers.increment('a', Number.NaN),
    () => numbers.touch('a', 0),
  ]) {
    await expect(mistake()).rejects.toMatchObject({ code: expect.stringMatching(/^CACHE_INVALID/) });
  }
}

describe('an operation of a typed cache', () => {
  it.each([[''], ['a/b']])('is told once, as that of the cache is (namespace %j)', async (namespace) => {
    const part = (cache: CacheManager) => (namespace === '' ? cache : cache.namespace(namespace));
    const ends = endsOf();
    await useEverything(part(new MapCache()));
    const untyped = ends.splice(0);
    expect(untyped.length).toBeGreaterThan(25);
    await useEverything(typed(part(new MapCache()), numbersFrom(0), { version: 1 }));
    expect(ends).toEqual(untyped);
  });

  it('that is a mistake tells the error, as that of the cache does', async () => {
    const ends = endsOf();
    await makeMistakes(new MapCache());
    const untyped = ends.splice(0);
    expect(untyped).toHaveLength(9);
    await makeMistakes(typed(new MapCache(), numbersFrom(0), { version: 1 }));
    expect(ends).toEqual(untyped);
  });

  it('is told by messages that are whole, of the cache behind the view', async () => {
    const cache = new MapCache();
    const told: [string, OperationTrace][] = [];
    listen((event, message) => told.push([event, message]), ['get']);
    await typed(cache.namespace('users'), numbersFrom(0)).get('a');
    expect(told.map(([event]) => event)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
    expect(new Set(told.map(([, message]) => message)).size).toBe(1);
    const [, message] = told[0] ?? [];
    expect(message?.instance).toBe(cache);
    expect({ ...message }).toEqual({
      cache: 'map',
      operation: 'get',
      isAutomatic: false,
      namespace: 'users',
      key: 'a',
      outcome: 'miss',
      count: undefined,
      error: undefined,
    });
  });

  it('is a miss where the value does not fit', async () => {
    const cache = new MapCache();
    const numbers = typed(cache, numbersFrom(0));
    const misfit = () => cache.set('n', 'text');
    const reads: (() => Promise<unknown>)[] = [
      () => numbers.get('n', 5),
      () => numbers.lookup('n'),
      () => numbers.exists('n'),
      () => numbers.getMetadata('n'),
      () => numbers.getMany(['n']),
      () => numbers.take('n'),
      () => numbers.touch('n'),
      () => numbers.getOrSet('n', () => 5),
      () => numbers.increment('n'),
    ];
    const told: string[] = [];
    for (const read of reads) {
      await misfit();
      const ends = endsOf();
      await read();
      told.push(...ends);
      for (const stop of stops.splice(0)) stop();
    }
    expect(told).toEqual([
      'get miss n',
      'lookup miss n',
      'exists miss n',
      'getMetadata miss n',
      'getMany done 0',
      'take miss n',
      'touch absent n',
      'factory done n',
      'getOrSet miss n',
      'increment stored n',
    ]);
  });

  it('tells the error of what does not fit, without the value, and that the factory was done', async () => {
    const cache = new MapCache();
    const ends = endsOf();
    const written: string[] = [];
    listen((_event, message) => written.push(JSON.stringify(message), inspect(message, { depth: null })));
    const numbers = typed(cache, numbersFrom(0));
    const wrong = 'secret-value' as unknown as number;
    for (const write of [
      () => numbers.set('n', wrong),
      () => numbers.setMany([['n', wrong]]),
      () => numbers.add('n', wrong),
      () => numbers.update('n', () => wrong),
      () => numbers.getOrSet('n', () => wrong),
    ]) {
      await expect(write()).rejects.toMatchObject({ code: 'CACHE_INVALID_VALUE' });
    }
    expect(ends).toEqual([
      'set error n',
      'setMany error',
      'add error n',
      'update error n',
      'factory done n',
      'getOrSet error n',
    ]);
    expect(written.length).toBeGreaterThan(0);
    expect(written.filter((text) => text.includes('secret-value'))).toEqual([]);
  });

  it('tells when it was answered with an entry in its grace, and when that does not fit', async () => {
    const cache = new MapCache();
    const numbers = typed(cache, numbersFrom(0));
    const options = { ttl: '1m', grace: '1h' } as const;
    await cache.getOrSet('n', () => 1, options);
    await cache.getOrSet('m', () => 'text', options);
    cache.manualClock.advance(120_000);
    const fail = () => Promise.reject(new Error('no network'));
    const ends = endsOf();
    expect(await numbers.getOrSet('n', fail, options)).toBe(1);
    await expect(numbers.getOrSet('m', fail, options)).rejects.toThrow('no network');
    expect(ends).toEqual(['factory error n', 'getOrSet stale n', 'factory error m', 'getOrSet error m']);
  });

  it('of a closed cache tells so, and of a closed view nothing', async () => {
    const cache = new MapCache();
    const [open, closed] = [typed(cache, numbersFrom(0)), typed(cache, numbersFrom(0))];
    await closed.close();
    await cache.close();
    const ends = endsOf();
    for (const numbers of [open, closed]) {
      await expect(numbers.get('n')).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
      await expect(numbers.set('n', 1)).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
      await expect(numbers.setMany([])).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
    }
    expect(ends).toEqual(['get error n', 'set error n', 'setMany error']);
  });

  it('has its schema and its factory within it', async () => {
    const current = new AsyncLocalStorage<string>();
    for (const operation of ['get', 'set', 'getOrSet', 'factory'] as const) {
      const { start } = tracingChannel<unknown, object>(`glovebox:cache:${operation}`);
      start.bindStore(current, (message) => `${current.getStore() ?? ''}>${(message as OperationTrace).operation}`);
      stops.push(() => start.unbindStore(current));
    }
    const seen: (string | undefined)[] = [];
    const numbers = typed(
      new MapCache(),
      numbersFrom(0, () => seen.push(current.getStore())),
    );
    await numbers.set('n', 1);
    await numbers.get('n');
    await numbers.getOrSet('m', () => {
      seen.push(current.getStore());
      return 1;
    });
    expect(seen).toEqual(['>set', '>get', '>getOrSet>factory', '>getOrSet', '>getOrSet']);
    expect(current.getStore()).toBeUndefined();
  });
});
