import { ManualClock } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { FailureMemory } from '../src/failure-memory.js';
import { errorsOf } from './support/events.js';
import { heldFactory } from './support/held-factory.js';
import { MapCache } from './support/map-cache.js';
import { SteppedCache } from './support/stepped-cache.js';

const MINUTE = 60_000;
const graced = { ttl: '1m', grace: '1h' } as const;

/** A cache whose `a` has been `'old'` for longer than its minute. */
async function withExpired<C extends MapCache | SteppedCache>(cache: C): Promise<C> {
  await cache.getOrSet('a', () => 'old', graced);
  cache.manualClock.advance(2 * MINUTE);
  return cache;
}

describe('a value computed in the background', () => {
  it('does not replace what was set while its factory ran', async () => {
    const cache = await withExpired(new MapCache());
    const factory = heldFactory('refreshed');
    expect(await cache.getOrSet('a', factory.run, { ...graced, softTimeout: 0 })).toBe('old');
    await factory.start;
    await cache.set('a', 'newer');
    factory.finish();
    await cache.close();
    expect(cache.store.get('a')?.payload.data).toBe('"newer"');
  });

  it('is stored by a close that comes before it is there', async () => {
    const cache = await withExpired(new SteppedCache());
    const factory = heldFactory('refreshed');
    await cache.getOrSet('a', factory.run, { ...graced, softTimeout: 0 });
    await factory.start;
    const closing = cache.close();
    factory.finish();
    await closing;
    expect(cache.store.get('a')?.payload.data).toBe('"refreshed"');
    expect(cache.manualClock.timerCount).toBe(0);
  });

  it('is not stored when it comes too late for a close', async () => {
    const cache = await withExpired(new MapCache());
    const factory = heldFactory('refreshed');
    const errors = errorsOf(cache);
    await cache.getOrSet('a', factory.run, { ...graced, softTimeout: 0 });
    await factory.start;
    const closing = cache.close();
    cache.manualClock.advance(1_000);
    await closing;
    factory.finish();
    await new Promise(setImmediate);
    expect(cache.store.get('a')?.payload.data).toBe('"old"');
    expect(errors).toEqual([]);
  });

  it('ends at the hard timeout, counted from the call', async () => {
    const cache = await withExpired(new MapCache());
    const factory = heldFactory('refreshed');
    const errors = errorsOf(cache);
    const call = cache.getOrSet('a', factory.run, { ...graced, softTimeout: '2s', hardTimeout: '5s' });
    await factory.start;
    cache.manualClock.advance(2_000);
    expect(await call).toBe('old');
    cache.manualClock.advance(2_999);
    await new Promise(setImmediate);
    expect(errors).toEqual([]);
    cache.manualClock.advance(1);
    await new Promise(setImmediate);
    expect(errors.map(({ code, key }) => [code, key])).toEqual([['CACHE_TIMEOUT', 'a']]);
    expect(await cache.getOrSet('a', () => 'fresh')).toBe('fresh');
    await cache.close();
  });

  it('is told as a failure of the factory, with its error', async () => {
    const cache = await withExpired(new MapCache());
    const errors = errorsOf(cache);
    const failure = new Error('the service is down');
    await cache.getOrSet('a', () => Promise.reject(failure), { ...graced, softTimeout: 0 });
    await cache.close();
    expect(errors.map(({ code, cause }) => [code, cause])).toEqual([['CACHE_FACTORY_FAILED', failure]]);
  });

  it('is computed once, however many reads find it due', async () => {
    const cache = new MapCache();
    await cache.getOrSet('a', () => 'old', { ttl: '1m' });
    cache.manualClock.advance(50_000);
    const factory = heldFactory('refreshed');
    const call = () => cache.getOrSet('a', factory.run, { ttl: '1m', refreshAhead: 0.5 });
    expect(await Promise.all([call(), call(), call()])).toEqual(['old', 'old', 'old']);
    await factory.start;
    factory.finish();
    await cache.close();
    expect(factory.runs()).toBe(1);
  });
});

describe('the lock of a key', () => {
  it('is left when the factory is given up, whether it ever ends or not', async () => {
    const cache = new SteppedCache();
    let locked: Promise<unknown> | undefined;
    cache.onLock = (task) => {
      locked = task;
    };
    const factory = heldFactory('never');
    const call = cache.getOrSet('a', factory.run, { hardTimeout: '1s' });
    const rejection = expect(call).rejects.toMatchObject({ code: 'CACHE_TIMEOUT', key: 'a' });
    await factory.start;
    cache.manualClock.advance(1_000);
    await rejection;
    await expect(locked).rejects.toMatchObject({ code: 'CACHE_TIMEOUT' });
    expect(cache.manualClock.timerCount).toBe(1);
    await cache.close();
  });

  it('had late runs no factory for a caller who has given up', async () => {
    const cache = new SteppedCache();
    const lock = cache.turnstile.hold('lock');
    const factory = heldFactory('value');
    const call = cache.getOrSet('a', factory.run, { hardTimeout: '1s' });
    const rejection = expect(call).rejects.toMatchObject({ code: 'CACHE_TIMEOUT' });
    await lock.arrival;
    cache.manualClock.advance(1_000);
    await rejection;
    lock.release();
    await cache.close();
    await new Promise(setImmediate);
    expect(factory.runs()).toBe(0);
  });

  it('had after another process refreshed the entry runs no factory', async () => {
    const cache = await withExpired(new SteppedCache());
    const lock = cache.turnstile.hold('lock');
    const factory = heldFactory('own');
    const call = cache.getOrSet('a', factory.run, graced);
    await lock.arrival;
    const other = new SteppedCache({ clock: cache.manualClock });
    await other.set('a', 'of another process');
    const written = other.store.get('a');
    if (written !== undefined) cache.store.set('a', written);
    lock.release();
    expect(await call).toBe('of another process');
    expect(factory.runs()).toBe(0);
    await Promise.all([cache.close(), other.close()]);
  });
});

describe('what another process had stored when the lock came', () => {
  /** Calls that have missed `a` and wait for its lock; meanwhile another process stores it. */
  async function waitingForLock(count: number) {
    const cache = new SteppedCache();
    const other = new SteppedCache({ clock: cache.manualClock });
    await other.set('a', 'stored by another');
    await cache.get('b');
    const lock = cache.turnstile.hold('lock');
    const factory = heldFactory('own');
    const calls = Array.from({ length: count }, () => cache.getOrSet('a', factory.run));
    await lock.arrival;
    await new Promise(setImmediate);
    const written = other.store.get('a');
    if (written !== undefined) cache.store.set('a', written);
    return { cache, lock, factory, calls };
  }

  it('goes to all who asked before', async () => {
    const { cache, lock, factory, calls } = await waitingForLock(3);
    lock.release();
    expect(await Promise.all(calls)).toEqual(Array(3).fill('stored by another'));
    expect(factory.runs()).toBe(0);
    expect(cache.turnstile.countOf('lock')).toBe(1);
    await cache.close();
  });

  it.each([
    ['looks', 'readEntry a'],
    ['leaves the lock', 'unlock a'],
  ])('goes to none who asks after it was removed, while the first %s', async (_when, hook) => {
    const { cache, lock, factory, calls } = await waitingForLock(1);
    const held = cache.turnstile.hold(hook);
    lock.release();
    await held.arrival;
    cache.store.delete('a');
    const second = cache.getOrSet('a', () => 'new');
    await new Promise(setImmediate);
    held.release();
    expect(await Promise.all([...calls, second])).toEqual(['stored by another', 'new']);
    expect(factory.runs()).toBe(0);
    await cache.close();
  });
});

describe('the grace of an entry', () => {
  it('is not given by an entry from the future', async () => {
    const cache = new MapCache();
    await cache.getOrSet('a', () => 'old', { ttl: '1m', grace: '1000d' });
    cache.manualClock.advance(-2 * MINUTE);
    await expect(cache.getOrSet('a', () => Promise.reject(new Error('down')), graced)).rejects.toThrow('down');
    await cache.close();
  });

  it('is not given by a damaged entry, which is computed like a missing one', async () => {
    const cache = await withExpired(new MapCache());
    const entry = cache.store.get('a');
    if (entry !== undefined) cache.store.set('a', { ...entry, payload: { encoding: 'json', data: '{' } });
    await expect(cache.getOrSet('a', () => Promise.reject(new Error('down')), graced)).rejects.toThrow('down');
    expect(await cache.getOrSet('a', () => 'new', graced)).toBe('new');
    await cache.close();
  });

  it('does not outlast a ttl of never', async () => {
    const cache = new MapCache();
    await cache.getOrSet('a', () => 1, { ttl: null, grace: '1h' });
    expect(cache.store.get('a')?.graceUntil).toBeUndefined();
    await cache.close();
  });
});

describe('what is not stored', () => {
  it('may be of a kind that could not be', async () => {
    const cache = new MapCache();
    const response = Object.assign(() => 1, { status: 500 });
    const call = () => cache.getOrSet('a', async () => response, { shouldCache: ({ status }) => status === 200 });
    expect(await Promise.all([call(), call()])).toEqual([response, response]);
    await cache.close();
  });

  it('is the value of each waiter alone where it can be copied', async () => {
    const cache = new MapCache();
    const compute = async () => ({ list: [1] });
    const call = () => cache.getOrSet('a', compute, { shouldCache: () => false });
    const [first, second] = await Promise.all([call(), call()]);
    first?.list.push(2);
    expect(second).toEqual({ list: [1] });
    await cache.close();
  });
});

describe('remembered failures', () => {
  it('are bounded: the oldest go first', () => {
    const memory = new FailureMemory(new ManualClock());
    for (let index = 0; index < 1_001; index++) memory.remember(`key ${index}`, index, 1_000);
    expect(memory.get('key 0')).toBeUndefined();
    expect(memory.get('key 1')?.error).toBe(1);
    expect(memory.get('key 1000')?.error).toBe(1_000);
  });

  it('serve an older value in its grace without another run', async () => {
    const cache = await withExpired(new MapCache());
    let runs = 0;
    const fail = () => {
      runs++;
      return Promise.reject(new Error('down'));
    };
    for (let call = 0; call < 3; call++) {
      expect(await cache.getOrSet('a', fail, { ...graced, errorTtl: '1m' })).toBe('old');
    }
    expect(runs).toBe(1);
    await cache.close();
  });
});
