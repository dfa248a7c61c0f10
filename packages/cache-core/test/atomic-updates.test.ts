import { CacheError } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { errorsOf } from './support/events.js';
import { MapCache } from './support/map-cache.js';
import { SteppedCache } from './support/stepped-cache.js';

const fault = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
const plusOne = (value = 0) => value + 1;

describe('an atomic update of a store that fails', () => {
  it('writes nothing when the entry can not be read: it may be there', async () => {
    const cache = new SteppedCache();
    await cache.set('a', 5);
    const errors = errorsOf(cache);
    cache.turnstile.fail('readEntry', fault, 4);
    expect(await cache.increment('a')).toBeUndefined();
    expect(await cache.add('a', 1)).toBe(false);
    expect(await cache.take('a')).toBeUndefined();
    expect(await cache.touch('a', '1h')).toBe(false);
    expect(errors.map(({ cause }) => cause)).toEqual([fault, fault, fault, fault]);
    expect(await cache.get('a')).toBe(5);
    await cache.close();
  });

  it('says when the new value could not be written, and leaves the old one', async () => {
    const cache = new SteppedCache();
    await cache.set('a', 5);
    cache.turnstile.fail('writeEntry', fault, 3);
    expect(await cache.update<number>('a', plusOne)).toBeUndefined();
    expect(await cache.add('b', 1)).toBe(false);
    expect(await cache.touch('a', '1h')).toBe(false);
    expect(await cache.get('a')).toBe(5);
    await cache.close();
  });

  it('takes a damaged entry for a missing one', async () => {
    const cache = new MapCache();
    await cache.set('a', 5);
    const damage = () => {
      const entry = cache.store.get('a');
      if (entry !== undefined) cache.store.set('a', { ...entry, payload: { encoding: 'json', data: '{' } });
    };
    damage();
    expect(await cache.take('a')).toBeUndefined();
    expect(await cache.increment('a')).toBe(1);
    damage();
    expect(await cache.add('a', 2)).toBe(true);
    expect(await cache.get('a')).toBe(2);
    await cache.close();
  });

  it('answers like any write when the store can not be opened', async () => {
    const cache = new SteppedCache();
    cache.turnstile.fail('openStore', fault, 5);
    expect(await cache.add('a', 1)).toBe(false);
    expect(await cache.update('a', () => 1)).toBeUndefined();
    expect(await cache.increment('a')).toBeUndefined();
    expect(await cache.take('a')).toBeUndefined();
    expect(await cache.touch('a')).toBe(false);
    expect(await cache.increment('a')).toBe(1);
    await cache.close();
  });
});

describe('the lock of an atomic update', () => {
  class LockedCache extends MapCache {
    before: () => void = () => {};
    after: () => void = () => {};

    protected override async withUpdateLock<T>(_key: string, task: () => Promise<T>): Promise<T> {
      this.before();
      const result = await task();
      this.after();
      return result;
    }
  }

  it('that can not be had means that nothing is done, which is told', async () => {
    const cache = new LockedCache();
    await cache.set('a', 5);
    const errors = errorsOf(cache);
    const timeout = new CacheError('CACHE_LOCK_TIMEOUT', 'not in time');
    cache.before = () => {
      throw timeout;
    };
    expect(await cache.increment('a')).toBeUndefined();
    expect(await cache.take('a')).toBeUndefined();
    expect(errors).toEqual([timeout, timeout]);
    expect(await cache.get('a')).toBe(5);
    await cache.close();
  });

  it('that can not be released takes nothing from what was done', async () => {
    const cache = new LockedCache();
    const errors = errorsOf(cache);
    cache.after = () => {
      throw fault;
    };
    expect(await cache.increment('a')).toBe(1);
    expect(errors.map(({ cause }) => cause)).toEqual([fault]);
    await cache.close();
  });

  it('is asked for once an update, and not for plain operations', async () => {
    const cache = new LockedCache();
    let locks = 0;
    cache.before = () => {
      locks++;
    };
    await cache.set('a', 1);
    await cache.get('a');
    await cache.delete('a');
    await cache.increment('a');
    await cache.touch('a');
    expect(locks).toBe(2);
    await cache.close();
  });
});

describe('an update whose key is written again and again', () => {
  it('gives up, changes nothing, and says so', async () => {
    const cache = new MapCache();
    const errors = errorsOf(cache);
    let runs = 0;
    const updated = await cache.update('a', async () => {
      await cache.set('a', ++runs);
      return 'updated';
    });
    expect(updated).toBeUndefined();
    expect(runs).toBe(100);
    expect(await cache.get('a')).toBe(100);
    expect(errors.map(({ code }) => code)).toEqual(['CACHE_BACKEND_FAILED']);
    await cache.close();
  });
});

describe('a set that is being written when an update looks', () => {
  it('is seen by the update: it waits, and makes its change again', async () => {
    const cache = new SteppedCache();
    await cache.set('a', 1);
    const write = cache.turnstile.hold('writeEntry a');
    const set = cache.set('a', 10);
    await write.arrival;
    const given: unknown[] = [];
    const update = cache.update<number>('a', (value) => {
      given.push(value);
      return plusOne(value);
    });
    while (given.length === 0) await new Promise(setImmediate);
    write.release();
    expect(await set).toBe(true);
    expect(await update).toBe(11);
    expect(given).toEqual([1, 10]);
    await cache.close();
  });
});

describe('the grace of an entry', () => {
  it('survives an update and a touch', async () => {
    const cache = new MapCache();
    await cache.getOrSet('a', () => 1, { ttl: '1m', grace: '1h' });
    await cache.increment('a');
    await cache.touch('a', '2m');
    cache.manualClock.advance(180_000);
    await cache.cleanup();
    const fail = () => Promise.reject(new Error('down'));
    expect(await cache.getOrSet<unknown>('a', fail, { grace: '1h' })).toBe(2);
    await cache.close();
  });
});

describe('limits', () => {
  it('hold for what atomic updates store', async () => {
    const cache = new MapCache({ maxEntries: 2, evictionPolicy: 'ttl' });
    expect([await cache.add('a', 1), await cache.add('b', 1), await cache.add('c', 1)]).toEqual([true, true, false]);
    expect(await cache.increment('c')).toBeUndefined();
    expect(await cache.increment('a')).toBe(2);
    await cache.close();
  });
});
