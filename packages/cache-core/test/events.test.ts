import { describe, expect, it } from 'vitest';
import { MapCache } from './support/map-cache.js';
import { SteppedCache } from './support/stepped-cache.js';

describe('listeners', () => {
  it('are called until they are taken off, each registration by itself', async () => {
    const cache = new MapCache();
    const calls: string[] = [];
    const listener = ({ key }: { key: string }) => calls.push(key);
    const first = cache.on('set', listener);
    const second = cache.on('set', listener);
    await cache.set('a', 1);
    first();
    first();
    await cache.set('b', 1);
    second();
    await cache.set('c', 1);
    expect(calls).toEqual(['a', 'a', 'b']);
  });

  it('stay when one that was taken off before is taken off again', async () => {
    const cache = new MapCache();
    const calls: string[] = [];
    const off = cache.on('set', () => calls.push('old'));
    off();
    cache.on('set', () => calls.push('new'));
    off();
    await cache.set('a', 1);
    expect(calls).toEqual(['new']);
  });

  it('that throw, at once or later, and whatever they throw, harm neither the operation nor other listeners', async () => {
    const cache = new MapCache();
    const heard: string[] = [];
    for (const thrown of [new Error('mine'), Object.create(null), Symbol('s'), undefined]) {
      cache.on('set', () => {
        throw thrown;
      });
      cache.on('set', async () => {
        throw thrown;
      });
    }
    cache.on('set', ({ key }) => heard.push(key));
    expect(await cache.set('a', 1)).toBe(true);
    expect(heard).toEqual(['a']);
  });

  it('may take themselves off and add others while they are called', async () => {
    const cache = new MapCache();
    const calls: string[] = [];
    const off = cache.on('set', ({ key }) => {
      calls.push(`first ${key}`);
      off();
      cache.on('set', (later) => calls.push(`second ${later.key}`));
    });
    await cache.set('a', 1);
    await cache.set('b', 1);
    expect(calls).toEqual(['first a', 'second b']);
  });

  it('may use the cache', async () => {
    const cache = new MapCache();
    const stored: Promise<boolean>[] = [];
    cache.on('miss', ({ key }) => stored.push(cache.set(key, 'from a listener')));
    await cache.get('a');
    await Promise.all(stored);
    expect(await cache.get('a')).toBe('from a listener');
  });

  it('of errors are not needed: no fault is thrown for want of one', async () => {
    const cache = new SteppedCache();
    cache.turnstile.fail('readEntry', new Error('EIO'));
    expect(await cache.get('a')).toBeUndefined();
  });

  it('of errors are told the operation, and the key where there is one', async () => {
    const cache = new SteppedCache();
    const told: unknown[] = [];
    cache.on('error', ({ operation, key }) => told.push([operation, key]));
    cache.turnstile.fail('readEntry', new Error('EIO'));
    cache.turnstile.fail('listEntries', new Error('EIO'));
    await cache.get('a');
    await cache.cleanup();
    expect(told).toEqual([
      ['get', 'a'],
      ['cleanup', undefined],
    ]);
  });

  it('of another name, or that are no function, are a mistake told with the nearest name', () => {
    const cache = new MapCache();
    expect(() => cache.on('misss' as 'miss', () => {})).toThrow(/'miss'/);
    const error = expect.objectContaining({ code: 'CACHE_INVALID_CONFIG' });
    expect(() => cache.on('toString' as 'miss', () => {})).toThrow(error);
    expect(() => cache.on('miss', undefined as never)).toThrow(error);
  });
});

describe('listeners of a namespace', () => {
  it('hear what happens to its keys, by the names that its users know, and to no others', async () => {
    const cache = new MapCache({ maxEntries: 2, cleanupIntervalSeconds: null });
    const users = cache.namespace('users');
    const heard: string[] = [];
    for (const name of ['hit', 'miss', 'set', 'delete', 'evict', 'expire'] as const) {
      users.on(name, ({ key }) => heard.push(`${name} ${key}`));
    }
    for (const part of [cache, users.namespace('archive'), cache.namespace('use'), users]) {
      await part.set('a', 1, { ttl: '1m' });
      await part.get('a');
      await part.get('b');
    }
    await users.delete('a');
    await users.set('c', 1, { ttl: '1s' });
    cache.manualClock.advance(5_000);
    await users.cleanup();
    await users.set('d', 1);
    await cache.set('e', 1);
    cache.manualClock.advance(5_000);
    await cache.set('f', 1);
    expect(heard).toEqual(['set a', 'hit a', 'miss b', 'delete a', 'set c', 'expire c', 'set d', 'evict d']);
  });

  it('hear faults of its keys, and of no others', async () => {
    const cache = new SteppedCache();
    const users = cache.namespace('users');
    const told: unknown[] = [];
    users.on('error', ({ operation, key, error }) => told.push([operation, key, error.code]));
    cache.turnstile.fail('readEntry', new Error('EIO'), 2);
    cache.turnstile.fail('listEntries', new Error('EIO'));
    await cache.get('a');
    await users.get('b');
    await cache.cleanup();
    expect(told).toEqual([['get', 'b', 'CACHE_BACKEND_FAILED']]);
  });

  it('hear when it is cleared, by any view of it or with the whole cache, and the cache hears only of the latter', async () => {
    const cache = new MapCache();
    const users = cache.namespace('users');
    const heard: string[] = [];
    users.on('clear', () => heard.push('users'));
    users.namespace('archive').on('clear', () => heard.push('archive'));
    cache.on('clear', () => heard.push('cache'));
    await cache.namespace('users').clear();
    expect(heard).toEqual(['users']);
    await cache.clear();
    expect(heard.sort()).toEqual(['archive', 'cache', 'users', 'users']);
  });

  it('are done with it when it is closed, or the one around it, and other views hear on', async () => {
    const cache = new MapCache();
    const users = cache.namespace('users');
    const heard: string[] = [];
    const archive = users.namespace('archive');
    users.on('set', ({ key }) => heard.push(`users ${key}`));
    archive.on('set', ({ key }) => heard.push(`archive ${key}`));
    cache.namespace('users').on('set', ({ key }) => heard.push(`other ${key}`));
    await users.close();
    await cache.namespace('users').set('a', 1);
    await cache.namespace('users').namespace('archive').set('b', 1);
    expect(heard).toEqual(['other a']);
    expect(() => users.on('set', () => {})).toThrow(expect.objectContaining({ code: 'CACHE_CLOSED' }));
    expect(() => archive.on('set', () => {})).toThrow(expect.objectContaining({ code: 'CACHE_CLOSED' }));
  });

  it('that are taken off, throw or fail later harm nothing', async () => {
    const cache = new MapCache();
    const users = cache.namespace('users');
    const heard: string[] = [];
    const stop = users.on('set', ({ key }) => heard.push(key));
    users.on('set', async () => {
      throw new Error('mine');
    });
    users.on('set', () => {
      throw new Error('mine');
    });
    await users.set('a', 1);
    stop();
    stop();
    expect(await users.set('b', 1)).toBe(true);
    expect(heard).toEqual(['a']);
  });

  it('of another name, or that are no function, are a mistake', () => {
    const users = new MapCache().namespace('users');
    const error = expect.objectContaining({ code: 'CACHE_INVALID_CONFIG' });
    expect(() => users.on('misss' as 'miss', () => {})).toThrow(error);
    for (const name of ['miss', 'clear'] as const) expect(() => users.on(name, undefined as never)).toThrow(error);
  });
});
