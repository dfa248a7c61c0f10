import { symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { builtInStrategies, closeSharedCaches, getSharedCache, loadUserConfig } from '@glovebox/cache-config';
import { ManualClock } from '@glovebox/cache-core';
import { typed } from '@glovebox/cache-core/typed';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { capturingStrategy } from './support/capturing-strategy.js';
import { configErrorOf } from './support/config-error.js';
import { temporaryDirectory } from './support/temporary-directory.js';

afterEach(closeSharedCaches);

/** Options of a strategy that counts the caches that it opened. */
function counted() {
  const { strategy, calls } = capturingStrategy();
  return { calls, config: { cacheStrategy: 'own' }, context: { strategies: { own: strategy } } };
}

describe('a handle of a shared cache', () => {
  it('can be typed, and so can its namespaces, for as long as it is open', async () => {
    const handle = getSharedCache({ cacheRoot: temporaryDirectory() });
    const numbers = typed(handle, z.number());
    const below = typed(handle.namespace('a'), z.number());
    await numbers.set('n', 1);
    await below.set('n', 2);
    expect(await numbers.get('n')).toBe(1);
    expect(await below.getOrSet('n', () => 3)).toBe(2);
    await handle.close();
    await expect(numbers.get('n')).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
    await expect(below.get('n')).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
  });
});

describe('getSharedCache opens one cache', () => {
  it('for a root and namespace', async () => {
    const { calls, config, context } = counted();
    const first = getSharedCache({ ...config, cacheRoot: '/a' }, { ...context, namespace: 'x' });
    const second = getSharedCache({ ...config, cache_path: '/a' }, { ...context, namespace: 'x' });
    expect(calls).toHaveLength(1);
    await first.set('a', 1);
    expect(await second.get('a')).toBe(1);
    expect(await second.getStats()).toEqual(await first.getStats());
  });

  it.each([
    [{ cacheRoot: '/a' }, { namespace: 'y' }],
    [{ cacheRoot: '/a' }, {}],
    [{ cacheRoot: '/b' }, { namespace: 'x' }],
    [{}, { namespace: 'x' }],
  ])('and another one for %j and %j', async (settings, place) => {
    const { calls, config, context } = counted();
    await getSharedCache({ ...config, cacheRoot: '/a' }, { ...context, namespace: 'x' }).set('a', 1);
    const other = getSharedCache({ ...config, ...settings }, { ...context, ...place });
    expect(calls).toHaveLength(2);
    expect(await other.get('a')).toBeUndefined();
  });

  it('whichever way the root is spelt', async () => {
    const cacheRoot = temporaryDirectory();
    const link = join(temporaryDirectory(), 'link');
    symlinkSync(cacheRoot, link, 'junction');
    const { calls, config, context } = counted();
    getSharedCache({ ...config, cacheRoot: join(cacheRoot, 'c') }, context);
    getSharedCache({ ...config, cacheRoot: relative(process.cwd(), join(cacheRoot, 'c')) }, context);
    getSharedCache({ ...config, cacheRoot: join(link, 'c') }, context);
    expect(calls).toHaveLength(1);
  });

  it('of files, and keeps it for the next process', async () => {
    const cacheRoot = temporaryDirectory();
    const first = getSharedCache({ cacheRoot }, { namespace: 'x' });
    const second = getSharedCache({ cacheRoot }, { namespace: 'x' });
    await first.set('a', 1);
    expect(await second.get('a')).toBe(1);
    expect((await first.getStats()).hitCount).toBe(1);
    await closeSharedCaches();
    expect(await getSharedCache({ cacheRoot }, { namespace: 'x' }).get('a')).toBe(1);
  });

  it('in memory under the strategy disabled', async () => {
    await getSharedCache({ cacheStrategy: 'disabled' }).set('a', 1);
    expect(await getSharedCache({ cacheStrategy: 'disabled' }).get('a')).toBe(1);
    expect(await getSharedCache({ cacheStrategy: 'disabled' }, { namespace: 'x' }).get('a')).toBeUndefined();
  });

  it('for a user configuration as for settings', async () => {
    const user = { ...loadUserConfig(undefined, { env: {} }), cacheStrategy: 'disabled' };
    await getSharedCache(user).set('a', 1);
    expect(await getSharedCache({ cache_strategy: 'disabled' }).get('a')).toBe(1);
    expect(await getSharedCache({ cache: { cache_strategy: 'disabled' }, profile: 'x' }).get('a')).toBe(1);
  });

  it('for each store that a strategy names', async () => {
    const { strategy, calls } = capturingStrategy(({ maxEntries }) => `server ${maxEntries}`);
    const strategies = { own: strategy };
    getSharedCache({ cacheStrategy: 'own', cacheRoot: '/a', maxEntries: 1 }, { strategies });
    getSharedCache({ cacheStrategy: 'own', cacheRoot: '/b', maxEntries: 1 }, { strategies });
    getSharedCache({ cacheStrategy: 'own', cacheRoot: '/b', maxEntries: 2 }, { strategies });
    expect(calls).toHaveLength(2);
  });

  it('and not another strategy’s of the same name', () => {
    const [one, other] = [capturingStrategy(), capturingStrategy()];
    getSharedCache({ cacheStrategy: 'own' }, { strategies: { own: one.strategy } });
    getSharedCache({ cacheStrategy: 'own' }, { strategies: { own: other.strategy } });
    expect([one.calls.length, other.calls.length]).toEqual([1, 1]);
  });
});

describe('the handles of a shared cache', () => {
  it('are counted: the last one closes it', async () => {
    const { calls, config, context } = counted();
    const first = getSharedCache(config, context);
    const second = getSharedCache(config, context);
    await first.set('a', 1);
    await first.close();
    await expect(first.get('a')).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
    expect(await second.get('a')).toBe(1);
    await second.close();
    expect(await getSharedCache(config, context).get('a')).toBeUndefined();
    expect(calls).toHaveLength(2);
  });

  it('can be closed twice without taking the cache from others', async () => {
    const { config, context } = counted();
    const first = getSharedCache(config, context);
    const second = getSharedCache(config, context);
    await Promise.all([first.close(), first.close()]);
    await first[Symbol.asyncDispose]();
    expect(await second.set('a', 1)).toBe(true);
  });

  it('have every operation of the cache, and none after closing', async () => {
    const cache = getSharedCache({ cacheStrategy: 'disabled' });
    expect(await cache.set('a', 1, { ttl: 5, tags: ['t'] })).toBe(true);
    expect(
      await cache.setMany([
        ['b', 2],
        ['c', 3, { ttl: 9 }],
      ]),
    ).toBe(2);
    expect(await cache.get('none', 'default')).toBe('default');
    expect(await cache.get('none')).toBeUndefined();
    expect(await cache.lookup('a')).toMatchObject({ hit: true, value: 1 });
    expect(await cache.exists('b')).toBe(true);
    expect(await cache.getMany(['a', 'x', 'c'])).toEqual(
      new Map([
        ['a', 1],
        ['c', 3],
      ]),
    );
    expect(await cache.getOrSet('d', () => 4, { ttl: 7 })).toBe(4);
    expect(await cache.getMetadata('d')).toMatchObject({ ttlSeconds: 7 });
    const keys = async (prefix?: string) => {
      const found: string[] = [];
      for await (const key of cache.keys(prefix === undefined ? undefined : { prefix })) found.push(key);
      return found.sort();
    };
    expect(await keys()).toEqual(['a', 'b', 'c', 'd']);
    expect(await keys('b')).toEqual(['b']);
    expect(await cache.delete('a')).toBe(true);
    expect(await cache.deleteMany(['a', 'b'])).toBe(1);
    expect(await cache.cleanup()).toBe(0);
    expect((await cache.getStats()).totalEntries).toBe(2);
    await cache.clear();
    expect((await cache.getStats()).totalEntries).toBe(0);
    expect(cache).toMatchObject({ name: 'memory', capabilities: { persistent: false } });

    await cache.close();
    const closed = { code: 'CACHE_CLOSED' };
    await expect(cache.get('a')).rejects.toMatchObject(closed);
    await expect(cache.lookup('a')).rejects.toMatchObject(closed);
    await expect(cache.set('a', 1)).rejects.toMatchObject(closed);
    await expect(cache.setMany([])).rejects.toMatchObject(closed);
    await expect(cache.exists('a')).rejects.toMatchObject(closed);
    await expect(cache.getMany([])).rejects.toMatchObject(closed);
    await expect(cache.getOrSet('a', () => 1)).rejects.toMatchObject(closed);
    await expect(cache.getMetadata('a')).rejects.toMatchObject(closed);
    await expect(keys()).rejects.toMatchObject(closed);
    await expect(cache.delete('a')).rejects.toMatchObject(closed);
    await expect(cache.deleteMany([])).rejects.toMatchObject(closed);
    await expect(cache.clear()).rejects.toMatchObject(closed);
    await expect(cache.cleanup()).rejects.toMatchObject(closed);
    await expect(cache.getStats()).rejects.toMatchObject(closed);
  });

  it('tell events until they are closed, and so do their namespaces', async () => {
    const { config, context } = counted();
    const first = getSharedCache(config, context);
    const second = getSharedCache(config, context);
    const heard: string[] = [];
    first.on('set', ({ key }) => heard.push(`first ${JSON.stringify(key)}`));
    second.on('set', ({ key }) => heard.push(`second ${JSON.stringify(key)}`));
    first.namespace('users').on('set', ({ key }) => heard.push(`users of first ${key}`));
    const users = second.namespace('users');
    users.on('set', ({ key }) => heard.push(`users of second ${key}`));
    await second.set('a', 1);
    expect(heard.splice(0)).toEqual(['first "a"', 'second "a"']);
    await users.set('b', 1);
    expect(heard.splice(0).sort()).toEqual([
      String.raw`first "\u001fusers\u001fb"`,
      String.raw`second "\u001fusers\u001fb"`,
      'users of first b',
      'users of second b',
    ]);
    await first.close();
    await users.set('c', 1);
    expect(heard.splice(0).sort()).toEqual([String.raw`second "\u001fusers\u001fc"`, 'users of second c']);
    await users.close();
    await second.namespace('users').set('d', 1);
    expect(heard).toEqual([String.raw`second "\u001fusers\u001fd"`]);
    expect(() => first.on('set', () => {})).toThrow(expect.objectContaining({ code: 'CACHE_CLOSED' }));
    expect(() => users.on('set', () => {})).toThrow(expect.objectContaining({ code: 'CACHE_CLOSED' }));
  });

  it('must agree on the settings', async () => {
    const { config, context } = counted();
    const first = getSharedCache({ ...config, maxEntries: 5 }, context);
    const ask = (settings: object, more: object = {}) =>
      configErrorOf(() => getSharedCache({ ...config, maxEntries: 5, ...settings }, { ...context, ...more })).message;
    expect(ask({ maxEntries: 6 })).toContain('maxEntries is 6, and the open cache has 5; allowed are equal settings');
    expect(ask({ io: 'async', evictionPolicy: 'lfu' })).toMatch(/evictionPolicy is lfu.*io is async/);
    expect(ask({}, { clock: new ManualClock() })).toContain('clock');
    await first.close();
    await getSharedCache({ ...config, maxEntries: 6 }, context).close();
  });

  it('leave nothing behind when opening fails', () => {
    const create = () => {
      throw new Error('refused');
    };
    const ask = (own: typeof builtInStrategies.disabled) =>
      getSharedCache({ cacheStrategy: 'own' }, { strategies: { own } });
    expect(() => ask({ create })).toThrow('refused');
    expect(ask(builtInStrategies.disabled).name).toBe('memory');
  });
});

describe('closeSharedCaches', () => {
  it('closes them all, whoever holds them, and waits', async () => {
    const { calls, config, context } = counted();
    const handles = ['x', 'y', 'y'].map((namespace) => getSharedCache(config, { ...context, namespace }));
    await closeSharedCaches();
    for (const handle of handles) await expect(handle.get('a')).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
    getSharedCache(config, { ...context, namespace: 'x' });
    expect(calls).toHaveLength(3);
    await closeSharedCaches();
    await closeSharedCaches();
  });

  it('waits for a cache that its last handle is closing', async () => {
    let finish: () => void = () => undefined;
    let isClosed = false;
    const own = {
      create: (...args: Parameters<typeof builtInStrategies.disabled.create>) => {
        const cache = builtInStrategies.disabled.create(...args);
        const close = cache.close.bind(cache);
        cache.close = async () => {
          await new Promise<void>((resolve) => {
            finish = resolve;
          });
          await close();
          isClosed = true;
        };
        return cache;
      },
    };
    const handle = getSharedCache({ cacheStrategy: 'own' }, { strategies: { own } });
    const closing = handle.close();
    const all = closeSharedCaches().then(() => isClosed);
    finish();
    expect(await all).toBe(true);
    await closing;
  });
});
