import { isCacheError } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { collect } from './support/collect.js';
import { errorsOf } from './support/events.js';
import { heldFactory } from './support/held-factory.js';
import { MapCache } from './support/map-cache.js';
import { SteppedCache } from './support/stepped-cache.js';

const closed = expect.objectContaining({ code: 'CACHE_CLOSED' });

describe('opening', () => {
  it('happens once, however many operations wait for it, and before any other hook', async () => {
    const cache = new SteppedCache();
    const opening = cache.turnstile.hold('openStore');
    const operations = [cache.set('a', 1), cache.get('a'), cache.exists('a'), cache.getStats(), cache.cleanup()];
    await opening.arrival;
    expect(cache.turnstile.calls).toEqual(['openStore']);
    opening.release();
    await Promise.all(operations);
    expect(cache.turnstile.countOf('openStore')).toBe(1);
  });

  it('is not done before the first operation', () => {
    expect(new SteppedCache().turnstile.calls).toEqual([]);
  });

  it('keeps the order in which operations on a key were asked for while it lasted', async () => {
    const cache = new SteppedCache();
    const opening = cache.turnstile.hold('openStore');
    const operations = [cache.set('a', 1), cache.delete('a'), cache.set('a', 2)];
    opening.release();
    expect(await Promise.all(operations)).toEqual([true, true, true]);
    expect(await cache.get('a')).toBe(2);
  });

  it('that fails once is a miss or a refused write, told once, and is tried again at the next operation', async () => {
    const cache = new SteppedCache();
    const errors = errorsOf(cache);
    cache.turnstile.fail('openStore', new Error('not yet'));
    expect(await Promise.all([cache.get('a', 'fallback'), cache.set('a', 1)])).toEqual(['fallback', false]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ code: 'CACHE_BACKEND_FAILED', cause: new Error('not yet') });
    expect(await cache.set('a', 1)).toBe(true);
    expect(await cache.get('a')).toBe(1);
  });

  it('that fails for good leaves every operation with an answer, and no other hook is ever called', async () => {
    const cache = new SteppedCache();
    cache.turnstile.fail('openStore', new Error('no'), Number.POSITIVE_INFINITY);
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.lookup('a')).toEqual({ hit: false });
    expect(await cache.set('a', 1)).toBe(false);
    expect(await cache.exists('a')).toBe(false);
    expect(await cache.delete('a')).toBe(false);
    expect(await cache.clear()).toBeUndefined();
    expect(await cache.getMany(['a', 'b'])).toEqual(new Map());
    expect(await cache.setMany([['a', 1]])).toBe(0);
    expect(await cache.deleteMany(['a'])).toBe(0);
    expect(await collect(cache.keys())).toEqual([]);
    expect(await cache.getOrSet('a', () => 7)).toBe(7);
    expect(await cache.getMetadata('a')).toBeUndefined();
    expect(await cache.cleanup()).toBe(0);
    expect(await cache.getStats()).toMatchObject({ totalEntries: 0, setCount: 0 });
    expect(new Set(cache.turnstile.calls)).toEqual(new Set(['openStore']));
    await cache.close();
  });

  it('that fails counts each read as a miss', async () => {
    const cache = new SteppedCache();
    cache.turnstile.fail('openStore', new Error('no'), 4);
    await cache.get('a');
    await cache.lookup('a');
    await cache.getMany(['a', 'b']);
    // One attempt for the read, and one after the factory, which may have taken long.
    await cache.getOrSet('a', () => 1);
    expect(await cache.getStats()).toMatchObject({ hitCount: 0, missCount: 5, errorCount: 4, missRate: 100 });
  });

  it('that comes about while a factory runs lets its value be stored', async () => {
    const cache = new SteppedCache();
    cache.turnstile.fail('openStore', new Error('not yet'));
    expect(await cache.getOrSet('a', () => 1)).toBe(1);
    expect(await cache.get('a')).toBe(1);
  });
});

describe('close', () => {
  it('makes every operation reject with CACHE_CLOSED', async () => {
    const cache = new MapCache();
    await cache.set('a', 1);
    await cache.close();
    const operations: (() => Promise<unknown>)[] = [
      () => cache.get('a'),
      () => cache.lookup('a'),
      () => cache.set('a', 1),
      () => cache.exists('a'),
      () => cache.delete('a'),
      () => cache.clear(),
      () => cache.getMany(['a']),
      () => cache.setMany([]),
      () => cache.deleteMany(['a']),
      () => collect(cache.keys()),
      () => cache.getOrSet('a', () => 1),
      () => cache.getMetadata('a'),
      () => cache.getStats(),
      () => cache.cleanup(),
    ];
    for (const operation of operations) await expect(operation()).rejects.toThrow(closed);
  });

  it('may be called again, and does nothing then', async () => {
    const cache = new SteppedCache();
    await cache.get('a');
    await Promise.all([cache.close(), cache.close()]);
    await cache.close();
    await cache[Symbol.asyncDispose]();
    expect(cache.turnstile.countOf('closeStore')).toBe(1);
  });

  it('is called by await using', async () => {
    let seen: SteppedCache | undefined;
    {
      await using cache = new SteppedCache();
      await cache.set('a', 1);
      seen = cache;
    }
    expect(seen.turnstile.calls.at(-1)).toBe('closeStore');
  });

  it('releases what the constructor of a backend took, even if the store was never opened', async () => {
    const cache = new SteppedCache();
    await cache.close();
    expect(cache.turnstile.calls).toEqual(['closeStore']);
  });

  it('waits for a store that is being opened, and for the operations that wait for it', async () => {
    const cache = new SteppedCache();
    const opening = cache.turnstile.hold('openStore');
    const operation = cache.set('a', 1);
    const closing = cache.close();
    await opening.arrival;
    opening.release();
    expect(await operation).toBe(true);
    await closing;
    expect(cache.turnstile.calls).toEqual(['openStore', 'writeEntry a', 'noteWritten a', 'closeStore']);
  });

  const underWay: Record<string, { hook: string; start: (cache: SteppedCache) => Promise<unknown> }> = {
    get: { hook: 'readEntry a', start: (cache) => cache.get('a') },
    lookup: { hook: 'usageOf a', start: (cache) => cache.lookup('a') },
    set: { hook: 'writeEntry a', start: (cache) => cache.set('a', 1) },
    getMany: { hook: 'readEntry a', start: (cache) => cache.getMany(['a', 'b']) },
    setMany: {
      hook: 'writeEntry a',
      start: (cache) =>
        cache.setMany([
          ['a', 1],
          ['b', 2],
          ['c', 3],
        ]),
    },
    deleteMany: { hook: 'removeEntry a', start: (cache) => cache.deleteMany(['a', 'b', 'c']) },
    clear: { hook: 'removeEntry a', start: (cache) => cache.clear() },
    cleanup: { hook: 'listEntries', start: (cache) => cache.cleanup() },
    getStats: { hook: 'listEntries', start: (cache) => cache.getStats() },
    keys: { hook: 'listEntries', start: (cache) => cache.keys().next() },
  };
  for (const [operation, { hook, start }] of Object.entries(underWay)) {
    it(`releases the store only after a ${operation} that is under way, whole`, async () => {
      const cache = new SteppedCache({ maxEntries: 10 });
      await cache.setMany([
        ['a', 1],
        ['b', 2],
      ]);
      const held = cache.turnstile.hold(hook);
      const running = start(cache);
      await held.arrival;
      const closing = cache.close();
      held.release();
      await running;
      await closing;
      expect(cache.turnstile.countOf('openStore')).toBe(1);
      expect(cache.turnstile.countOf('closeStore')).toBe(1);
      // Nothing after it, however long the operation goes on.
      await new Promise((resolve) => setImmediate(resolve));
      expect(cache.turnstile.calls.at(-1)).toBe('closeStore');
    });
  }

  it('does not wait for the factory of a getOrSet, whose value still reaches its callers but not the store', async () => {
    const cache = new SteppedCache();
    const factory = heldFactory(5);
    const computed = cache.getOrSet('a', factory.run);
    await factory.start;
    await cache.close();
    factory.finish();
    expect(await computed).toBe(5);
    const { calls } = cache.turnstile;
    expect(calls.slice(calls.indexOf('closeStore'))).toEqual(['closeStore', 'unlock a']);
  });

  it('between the read and the factory of a getOrSet neither rejects it nor opens the store again', async () => {
    const cache = new SteppedCache();
    const read = cache.turnstile.hold('readEntry a');
    const computed = cache.getOrSet('a', () => 5);
    await read.arrival;
    const closing = cache.close();
    read.release();
    expect(await computed).toBe(5);
    await closing;
    expect(cache.turnstile.calls).toEqual(['openStore', 'readEntry a', 'closeStore']);
  });

  it('inside a factory does not wait for itself', async () => {
    const cache = new SteppedCache();
    const value = await cache.getOrSet('a', async () => {
      await cache.close();
      return 1;
    });
    expect(value).toBe(1);
  });

  it('while the entries of a setMany are asked for stores none of them', async () => {
    const cache = new SteppedCache();
    await cache.get('a');
    function* entries(): Generator<[string, number]> {
      yield ['a', 1];
      void cache.close();
    }
    await expect(cache.setMany(entries())).rejects.toThrow(closed);
    expect(cache.turnstile.countOf('openStore')).toBe(1);
    expect(cache.storedKeys).toEqual([]);
  });

  it('ends a listing half-way with CACHE_CLOSED, without asking the store again', async () => {
    const cache = new SteppedCache();
    await cache.setMany([
      ['a', 1],
      ['b', 2],
    ]);
    const keys = cache.keys();
    expect(await keys.next()).toEqual({ value: 'a', done: false });
    await cache.close();
    const asked = cache.turnstile.calls.length;
    await expect(keys.next()).rejects.toThrow(closed);
    expect(cache.turnstile.calls).toHaveLength(asked);
    expect(await keys.next()).toEqual({ value: undefined, done: true });
  });

  it('does not wait for a listing that was left half-way', async () => {
    const cache = new SteppedCache();
    await cache.setMany([
      ['a', 1],
      ['b', 2],
    ]);
    const keys = cache.keys();
    await keys.next();
    await cache.close();
    const another = new SteppedCache();
    await another.setMany([
      ['a', 1],
      ['b', 2],
    ]);
    for await (const _key of another.keys()) break;
    await another.close();
    expect(another.turnstile.calls.at(-1)).toBe('closeStore');
  });

  it('that fails is told, and closes all the same', async () => {
    const cache = new SteppedCache();
    const errors = errorsOf(cache);
    cache.turnstile.fail('closeStore', new Error('busy'));
    await cache.close();
    expect(errors).toMatchObject([{ code: 'CACHE_BACKEND_FAILED' }]);
    await expect(cache.get('a')).rejects.toThrow(closed);
  });

  it('says so with an error that carries its code, and no key', async () => {
    const cache = new MapCache();
    await cache.close();
    const error: unknown = await cache.get('a').catch((caught: unknown) => caught);
    expect(isCacheError(error, 'CACHE_CLOSED')).toBe(true);
  });
});

describe('the cleanup timer', () => {
  it('is one an instance, started when the store is open and stopped by close', async () => {
    const cache = new MapCache();
    expect(cache.manualClock.timerCount).toBe(0);
    for (let index = 0; index < 50; index++) await cache.set(`key ${index}`, index, { ttl: 60 });
    expect(cache.manualClock.timerCount).toBe(1);
    await cache.close();
    expect(cache.manualClock.timerCount).toBe(0);
  });

  it('is not started by a store that opens after close', async () => {
    const cache = new SteppedCache();
    const opening = cache.turnstile.hold('openStore');
    const operation = cache.get('a');
    const closing = cache.close();
    opening.release();
    await Promise.all([operation, closing]);
    expect(cache.manualClock.timerCount).toBe(0);
  });

  it('runs every 300 seconds unless told otherwise, and removes what expired', async () => {
    const cache = new MapCache();
    await cache.set('a', 1, { ttl: 10 });
    cache.manualClock.advance(299_999);
    await cache.getStats();
    expect(cache.storedKeys).toEqual(['a']);
    cache.manualClock.advance(1);
    await cache.getStats();
    expect(cache.storedKeys).toEqual([]);
    expect(await cache.getStats()).toMatchObject({ expiredCount: 1, evictionCount: 0, deleteCount: 0 });
  });

  it.each([0, null])('is not there with cleanupIntervalSeconds %s', async (cleanupIntervalSeconds) => {
    const cache = new MapCache({ cleanupIntervalSeconds });
    await cache.set('a', 1);
    expect(cache.manualClock.timerCount).toBe(0);
  });

  it('skips its turn while its last cleanup is still running', async () => {
    const cache = new SteppedCache({ cleanupIntervalSeconds: 60 });
    await cache.get('a');
    const listing = cache.turnstile.hold('listEntries');
    cache.manualClock.advance(60_000);
    await listing.arrival;
    cache.manualClock.advance(600_000);
    listing.release();
    await cache.close();
    expect(cache.turnstile.countOf('listEntries')).toBe(1);
  });

  it('survives a cleanup that fails, and tries again', async () => {
    const cache = new SteppedCache({ cleanupIntervalSeconds: 60 });
    const errors = errorsOf(cache);
    await cache.set('a', 1, { ttl: 1 });
    cache.turnstile.fail('listEntries', new Error('EMFILE'));
    cache.manualClock.advance(60_000);
    await cache.get('b');
    await new Promise((resolve) => setImmediate(resolve));
    expect(errors).toMatchObject([{ code: 'CACHE_BACKEND_FAILED' }]);
    cache.manualClock.advance(60_000);
    await cache.close();
    expect(cache.storedKeys).toEqual([]);
  });
});
