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
