import { AsyncLocalStorage } from 'node:async_hooks';
import { channel, tracingChannel } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { type CacheManager, ManualClock, type OperationTrace, TRACED_OPERATIONS } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { MapCache } from './support/map-cache.js';
import { SteppedCache } from './support/stepped-cache.js';
import { endsOf, listen, stops } from './support/traces.js';

async function useEverything(cache: CacheManager): Promise<void> {
  await cache.set('a', 'secret-value');
  await cache.set('b', 'x'.repeat(200));
  await cache.get('a');
  await cache.get('b', 'secret-value');
  await cache.lookup('a');
  await cache.exists('b');
  await cache.getMetadata('a');
  await cache.getMany(['a', 'b']);
  await cache.setMany([
    ['d', 'secret-value'],
    ['e', 'secret-value'],
  ]);
  await cache.deleteMany(['d', 'e', 'f']);
  await cache.getOrSet('c', () => 'secret-value');
  await cache.getOrSet('c', () => 'secret-value');
  await cache.add('c', 'secret-value');
  await cache.update('u', () => 'secret-value');
  await cache.increment('i', 2);
  await cache.touch('i');
  await cache.touch('none');
  await cache.take('i');
  await cache.take('i');
  await cache.delete('c');
  await cache.delete('c');
  await cache.getStats();
  await cache.cleanup();
  await cache.clear();
}

describe('a traced operation', () => {
  it('tells its outcome, whichever it is', async () => {
    const ends = endsOf();
    const cache = new MapCache({ maxSizeBytes: 100 });
    await useEverything(cache);
    await cache.close();
    await cache.close();
    expect(ends).toEqual([
      'set stored a',
      'set refused b',
      'get hit a',
      'get miss b',
      'lookup hit a',
      'exists miss b',
      'getMetadata hit a',
      'getMany done 1',
      'setMany done 2',
      'deleteMany done 2',
      'factory done c',
      'getOrSet miss c',
      'getOrSet hit c',
      'add refused c',
      'update done u',
      'increment stored i',
      'touch stored i',
      'touch absent none',
      'take hit i',
      'take miss i',
      'delete removed c',
      'delete absent c',
      'getStats done',
      'cleanup done 0',
      'clear done',
      'close done',
    ]);
  });

  it('says the same in a namespace, with its name and its own keys', async () => {
    const ends = endsOf();
    const cache = new MapCache();
    const part = cache.namespace('a/b').namespace('c');
    await part.set('k', 1);
    await part.get('k');
    await part.getOrSet('l', () => 1);
    await part.getStats();
    await part.clear();
    expect(ends).toEqual([
      'set stored a%2Fb/c k',
      'get hit a%2Fb/c k',
      'factory done a%2Fb/c l',
      'getOrSet miss a%2Fb/c l',
      'getStats done a%2Fb/c',
      'clear done a%2Fb/c',
    ]);
  });

  it('is one message, of the instance that does it, told at its start, its end and its settling', async () => {
    const cache = new SteppedCache();
    const told: [string, OperationTrace][] = [];
    listen((event, message) => told.push([`${event} ${message.outcome}`, message]), ['set']);
    const storing = cache.set('a', 1);
    expect(told.map(([event]) => event)).toEqual(['start undefined', 'end undefined']);
    await storing;
    expect(told.map(([event]) => event)).toEqual([
      'start undefined',
      'end undefined',
      'asyncStart stored',
      'asyncEnd stored',
    ]);
    expect(new Set(told.map(([, message]) => message)).size).toBe(1);
    expect(told[0]?.[1].instance).toBe(cache);
  });

  it('that rejects tells the error', async () => {
    const cache = new MapCache();
    const told: unknown[] = [];
    listen(
      (event, { operation, outcome, error }) => told.push([operation, event, outcome, String(error)]),
      ['get', 'getOrSet', 'factory'],
    );
    await expect(cache.get('')).rejects.toMatchObject({ code: 'CACHE_INVALID_KEY' });
    await expect(cache.get(7 as unknown as string)).rejects.toMatchObject({ code: 'CACHE_INVALID_KEY' });
    const fail = () => {
      throw new Error('no network');
    };
    await expect(cache.getOrSet('a', fail)).rejects.toThrow('no network');
    await expect(cache.getOrSet('a', 'no function' as never)).rejects.toMatchObject({ code: 'CACHE_INVALID_CONFIG' });
    expect(told.filter((line) => String(line).includes('error'))).toEqual([
      ...['error', 'asyncStart', 'asyncEnd'].map((event) => ['get', event, 'error', expect.stringContaining('empty')]),
      ...['error', 'asyncStart', 'asyncEnd'].map((event) => ['get', event, 'error', expect.stringContaining('key')]),
      ...['error', 'asyncStart', 'asyncEnd'].map((event) => ['factory', event, 'error', 'Error: no network']),
      ...['error', 'asyncStart', 'asyncEnd'].map((event) => ['getOrSet', event, 'error', 'Error: no network']),
      ...['error', 'asyncStart', 'asyncEnd'].map((event) => [
        'getOrSet',
        event,
        'error',
        expect.stringContaining('factory'),
      ]),
    ]);
  });

  it('gives what it gives untraced, defaults included', async () => {
    listen(() => {});
    const cache = new SteppedCache();
    const value = { n: [1] };
    expect(await cache.set('a', value)).toBe(true);
    expect(await cache.get('a')).toEqual(value);
    expect(await cache.get('none')).toBeUndefined();
    expect(await cache.get('none', null)).toBeNull();
    cache.turnstile.fail('readEntry', new Error('EIO'));
    expect(await cache.get('a', 'default')).toBe('default');
    cache.turnstile.fail('openStore', new Error('EIO'));
    expect(await new SteppedCache().get('a', 0)).toBe(0);
    expect(await cache.getOrSet('b', () => undefined)).toBeUndefined();
    await cache.close();
    await expect(cache.get('a')).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
  });

  it('never has a value in its message, nor what holds one, however it is written down', async () => {
    const written: string[] = [];
    listen((_event, message) => {
      written.push(JSON.stringify(message), inspect(message, { depth: null, showHidden: true }));
    });
    await useEverything(new MapCache());
    expect(written.length).toBeGreaterThan(100);
    expect(written.filter((text) => text.includes('secret-value'))).toEqual([]);
  });

  it('is told to those who listen to its end alone', async () => {
    const cache = new MapCache();
    const ends: unknown[] = [];
    const onEnd = (message: unknown) => ends.push((message as OperationTrace).outcome);
    for (const operation of ['get', 'set']) {
      const end = channel(`tracing:glovebox:cache:${operation}:asyncEnd`);
      end.subscribe(onEnd);
      stops.push(() => end.unsubscribe(onEnd));
    }
    await cache.get('a');
    await cache.set('a', 1);
    for (const stop of stops.splice(0)) stop();
    await cache.get('a');
    expect(ends).toEqual(['miss', 'stored']);
  });
});

describe('what runs within a traced operation', () => {
  it('sees the store that was bound to its start: hooks, factories, and what these call', async () => {
    const current = new AsyncLocalStorage<string>();
    for (const operation of TRACED_OPERATIONS) {
      const { start } = tracingChannel<unknown, object>(`glovebox:cache:${operation}`);
      start.bindStore(current, (message) => {
        const { operation: name, key } = message as OperationTrace;
        return `${current.getStore() ?? ''}>${name} ${key}`;
      });
      stops.push(() => start.unbindStore(current));
    }
    const seen: (string | undefined)[] = [];
    class WatchedCache extends MapCache {
      protected override readEntry(key: string) {
        seen.push(current.getStore());
        return super.readEntry(key);
      }
    }
    const cache = new WatchedCache();
    await cache.get('a');
    expect(seen.splice(0)).toEqual(['>get a']);
    await cache.getOrSet('b', async () => {
      seen.splice(0);
      await cache.get('c');
      return 1;
    });
    expect(seen).toEqual(['>getOrSet b>factory b>get c']);
    expect(current.getStore()).toBeUndefined();
  });

  it('is the factory of the caller whose factory ran, and of no other', async () => {
    const ends = endsOf(['getOrSet', 'factory']);
    const cache = new MapCache();
    await cache.exists('a');
    const results = await Promise.all([1, 2, 3].map((n) => cache.getOrSet('a', async () => n)));
    expect(results).toEqual([1, 1, 1]);
    expect(ends).toEqual(['factory done a', 'getOrSet miss a', 'getOrSet miss a', 'getOrSet miss a']);
  });
});

describe('a traced getOrSet', () => {
  it('tells when it was answered with an entry in its grace', async () => {
    const ends = endsOf(['getOrSet', 'factory']);
    const cache = new MapCache();
    const options = { ttl: '1m', grace: '1h', errorTtl: '1m' } as const;
    await cache.getOrSet('a', () => 1, options);
    cache.manualClock.advance(120_000);
    const fail = () => {
      throw new Error('no network');
    };
    expect(await cache.getOrSet('a', fail, options)).toBe(1);
    expect(await cache.getOrSet('a', fail, options)).toBe(1);
    expect(await cache.getOrSet('a', () => 2, { ...options, errorTtl: undefined })).toBe(2);
    expect(ends).toEqual([
      'factory done a',
      'getOrSet miss a',
      'factory error a',
      'getOrSet stale a',
      'getOrSet stale a',
      'factory done a',
      'getOrSet miss a',
    ]);
  });
});

describe('an automatic cleanup', () => {
  it('is told as such', async () => {
    const automatic: boolean[] = [];
    listen(
      (event, { isAutomatic }) => {
        if (event === 'asyncEnd') automatic.push(isAutomatic);
      },
      ['cleanup'],
    );
    const clock = new ManualClock();
    const cache = new MapCache({ clock, cleanupIntervalSeconds: 10 });
    await cache.set('a', 1);
    clock.advance(10_000);
    await cache.cleanup();
    await cache.close();
    clock.advance(10_000);
    expect(automatic.sort()).toEqual([false, true]);
  });
});

describe('a fault that became a miss', () => {
  it('is told on the channel of the operation within its trace, with the error', async () => {
    const current = new AsyncLocalStorage<string>();
    const traced = tracingChannel<unknown, object>('glovebox:cache:get');
    traced.start.bindStore(current, (message) => String((message as OperationTrace).key));
    const told: unknown[] = [];
    const listener = (message: unknown) => told.push([current.getStore(), message]);
    channel('glovebox:cache:get').subscribe(listener);
    stops.push(
      () => traced.start.unbindStore(current),
      () => channel('glovebox:cache:get').unsubscribe(listener),
    );
    const cache = new SteppedCache();
    cache.turnstile.fail('readEntry', new Error('EIO'));
    await cache.namespace('users').get('a');
    const message = { cache: 'stepped', operation: 'get', namespace: 'users', key: 'a' };
    expect(told).toEqual([
      ['a', { ...message, outcome: 'error', error: expect.objectContaining({ code: 'CACHE_BACKEND_FAILED' }) }],
      ['a', { ...message, outcome: 'miss' }],
    ]);
  });
});
