import { describe, expect, it } from 'vitest';
import { collect } from './support/collect.js';
import { errorsOf } from './support/events.js';
import { heldFactory } from './support/held-factory.js';
import { MapCache } from './support/map-cache.js';
import { SteppedCache } from './support/stepped-cache.js';

describe('operations on one key', () => {
  it('write in the order in which they were asked for, however slow the first is', async () => {
    const cache = new SteppedCache();
    await cache.get('a');
    const first = cache.turnstile.hold('writeEntry a');
    const operations = [cache.set('a', 1), cache.set('a', 2), cache.delete('a'), cache.set('a', 3)];
    await first.arrival;
    first.release();
    expect(await Promise.all(operations)).toEqual([true, true, true, true]);
    expect(await cache.get('a')).toBe(3);
  });

  it('do not wait for those on another key', async () => {
    const cache = new SteppedCache();
    await cache.get('a');
    const first = cache.turnstile.hold('writeEntry a');
    const waiting = cache.set('a', 1);
    await first.arrival;
    expect(await cache.set('b', 2)).toBe(true);
    first.release();
    await waiting;
  });

  it('let a read go on while another value is being written', async () => {
    const cache = new SteppedCache();
    await cache.set('a', 1);
    const write = cache.turnstile.hold('writeEntry a');
    const writing = cache.set('a', 2);
    await write.arrival;
    expect(await cache.get('a')).toBe(1);
    write.release();
    await writing;
    expect(await cache.get('a')).toBe(2);
  });

  it('store what the value was when set was called', async () => {
    const cache = new SteppedCache();
    const value = { list: [1] };
    const options = { ttl: 10, tags: ['x'] };
    const write = cache.turnstile.hold('writeEntry a');
    const writing = cache.set('a', value, options);
    value.list.push(2);
    options.ttl = 99;
    options.tags.push('y');
    await write.arrival;
    write.release();
    await writing;
    expect(await cache.lookup('a')).toMatchObject({ value: { list: [1] }, metadata: { ttlSeconds: 10, tags: ['x'] } });
  });
});

describe('a late removal', () => {
  it('of an expired entry leaves the one written meanwhile', async () => {
    const cache = new SteppedCache();
    await cache.set('a', 1, { ttl: 1 });
    cache.manualClock.advance(1_000);
    const listing = cache.turnstile.hold('listEntries');
    const cleaning = cache.cleanup();
    await listing.arrival;
    await cache.set('a', 2);
    listing.release();
    expect(await cleaning).toBe(0);
    expect(await cache.get('a')).toBe(2);
    expect(await cache.getStats()).toMatchObject({ expiredCount: 0 });
  });

  it('of a damaged entry leaves the one written meanwhile', async () => {
    const cache = new SteppedCache();
    await cache.set('a', 1);
    const read = cache.turnstile.hold('readEntry a');
    const reading = cache.get('a');
    await read.arrival;
    const written = cache.set('a', 2);
    read.fail(Object.assign(new Error('damaged')));
    await Promise.all([reading, written]);
    expect(await cache.get('a')).toBe(2);
  });

  it('by two cleanups at once counts each entry once', async () => {
    const cache = new SteppedCache();
    await cache.setMany([1, 2, 3].map((n) => [`key ${n}`, n, { ttl: 1 }] as const));
    cache.manualClock.advance(1_000);
    const [one, two] = await Promise.all([cache.cleanup(), cache.cleanup()]);
    expect(one + two).toBe(3);
    expect(await cache.getStats()).toMatchObject({ expiredCount: 3, totalEntries: 0 });
  });
});

describe('clear', () => {
  it('removes what was being written when it was called', async () => {
    const cache = new SteppedCache();
    await cache.set('a', 1);
    const write = cache.turnstile.hold('writeEntry b');
    const writing = cache.set('b', 2);
    await write.arrival;
    const clearing = cache.clear();
    write.release();
    await Promise.all([writing, clearing]);
    expect(cache.storedKeys).toEqual([]);
  });

  it('under the policy ttl too, where writes wait for their turn', async () => {
    const cache = new SteppedCache({ maxEntries: 5, evictionPolicy: 'ttl' });
    await cache.set('a', 1);
    const write = cache.turnstile.hold('writeEntry b');
    const writing = [cache.set('b', 2), cache.set('c', 3)];
    await write.arrival;
    const clearing = cache.clear();
    write.release();
    await Promise.all([...writing, clearing]);
    expect(cache.storedKeys).toEqual([]);
  });

  it('is done at once by a clearStore without promises, so that a later set stays', async () => {
    class AtOnce extends MapCache {
      protected override clearStore(): void {
        this.store.clear();
      }
    }
    const cache = new AtOnce();
    await cache.set('a', 1);
    const clearing = cache.clear();
    const writing = cache.set('b', 2);
    await Promise.all([clearing, writing]);
    expect(await collect(cache.keys())).toEqual(['b']);
  });

  it('lets a flight that began before it store nothing', async () => {
    const cache = new SteppedCache();
    const factory = heldFactory('old');
    const computed = cache.getOrSet('a', factory.run);
    await factory.start;
    await cache.clear();
    factory.finish();
    expect(await computed).toBe('old');
    expect(await cache.get('a')).toBeUndefined();
  });

  it('removes what it can when an entry can not be removed, and tells it', async () => {
    const cache = new SteppedCache();
    await cache.setMany(['a', 'b', 'c'].map((key) => [key, 1] as const));
    const errors = errorsOf(cache);
    cache.turnstile.fail('removeEntry b', new Error('EACCES'));
    await cache.clear();
    expect(cache.storedKeys).toEqual(['b']);
    expect(errors).toHaveLength(1);
  });
});

describe('getOrSet', () => {
  it('runs one factory for all that ask at once, and gives each a value of its own', async () => {
    const cache = new SteppedCache();
    const factory = heldFactory({ n: 1 });
    const asked = Array.from({ length: 10 }, () => cache.getOrSet('a', factory.run));
    await factory.start;
    factory.finish();
    const values = await Promise.all(asked);
    expect(factory.runs()).toBe(1);
    expect(new Set(values).size).toBe(10);
    for (const value of values) value.n++;
    expect(await cache.get('a')).toEqual({ n: 1 });
    expect(await cache.getStats()).toMatchObject({ setCount: 1, missCount: 10, hitCount: 1 });
  });

  it('tells a failed factory to all that wait, stores nothing, and runs again for the next', async () => {
    const cache = new SteppedCache();
    const factory = heldFactory(1);
    const asked = [cache.getOrSet('a', factory.run), cache.getOrSet('a', factory.run)];
    await factory.start;
    factory.fail(new Error('no network'));
    const results = await Promise.allSettled(asked);
    expect(results).toMatchObject([{ reason: new Error('no network') }, { reason: new Error('no network') }]);
    expect(factory.runs()).toBe(1);
    expect(await cache.getOrSet('a', () => 2)).toBe(2);
    expect(await cache.getStats()).toMatchObject({ errorCount: 0 });
  });

  it('passes on what a factory throws at once', async () => {
    const cache = new MapCache();
    const thrown = await cache
      .getOrSet('a', () => {
        throw new RangeError('mine');
      })
      .catch((error: unknown) => error);
    expect(thrown).toEqual(new RangeError('mine'));
  });

  it('returns undefined from a factory, and stores nothing', async () => {
    const cache = new MapCache();
    expect(await cache.getOrSet('a', () => undefined)).toBeUndefined();
    expect(await cache.exists('a')).toBe(false);
  });

  it('stores null, 0, false and the empty text, and runs no factory for them again', async () => {
    const cache = new MapCache();
    for (const value of [null, 0, false, '']) {
      await cache.getOrSet(`key ${value}`, () => value);
      expect(await cache.getOrSet<unknown>(`key ${value}`, () => 'again')).toBe(value);
    }
  });

  it('keeps ttl and tags', async () => {
    const cache = new MapCache();
    await cache.getOrSet('a', () => 1, { ttl: '5m', tags: ['x'] });
    expect(await cache.getMetadata('a')).toMatchObject({ ttlSeconds: 300, tags: ['x'] });
  });

  it('rejects when the value can not be stored as it is, for all that wait', async () => {
    const cache = new MapCache();
    const asked = [cache.getOrSet('a', () => () => 1), cache.getOrSet('a', () => () => 1)];
    const results = await Promise.allSettled(asked);
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CACHE_UNSERIALIZABLE', key: 'a' } });
    }
  });

  it('returns the value when it could not be written', async () => {
    const cache = new SteppedCache();
    const errors = errorsOf(cache);
    cache.turnstile.fail('writeEntry', new Error('ENOSPC'));
    expect(await cache.getOrSet('a', () => 1)).toBe(1);
    expect(errors).toHaveLength(1);
  });

  it('runs no factory when the key was stored before its lock was had', async () => {
    const cache = new SteppedCache();
    const lock = cache.turnstile.hold('lock a');
    const asked = [cache.getOrSet('a', () => 'mine'), cache.getOrSet('a', () => 'mine')];
    await lock.arrival;
    // Another process would write so: past this instance.
    const other = new SteppedCache();
    await other.set('a', 'theirs');
    const entry = other.store.get('a');
    if (entry !== undefined) cache.store.set('a', entry);
    lock.release();
    expect(await Promise.all(asked)).toEqual(['theirs', 'theirs']);
  });

  it('computes without a lock that can not be had, and tells it', async () => {
    const cache = new SteppedCache();
    const errors = errorsOf(cache);
    cache.turnstile.fail('lock', new Error('EROFS'));
    const factory = heldFactory(1);
    factory.finish();
    expect(await cache.getOrSet('a', factory.run)).toBe(1);
    expect(factory.runs()).toBe(1);
    expect(errors).toMatchObject([{ code: 'CACHE_BACKEND_FAILED', key: 'a' }]);
    expect(await cache.get('a')).toBe(1);
  });

  it('returns the value when only the release of the lock failed, without another run', async () => {
    const cache = new SteppedCache();
    const errors = errorsOf(cache);
    cache.turnstile.fail('unlock', new Error('ENOENT'));
    const factory = heldFactory(1);
    factory.finish();
    expect(await cache.getOrSet('a', factory.run)).toBe(1);
    expect(factory.runs()).toBe(1);
    expect(errors).toHaveLength(1);
  });

  const outdating: Record<string, (cache: SteppedCache) => Promise<unknown>> = {
    set: (cache) => cache.set('a', 'new'),
    setMany: (cache) => cache.setMany([['a', 'new']]),
    delete: (cache) => cache.delete('a'),
    deleteMany: (cache) => cache.deleteMany(['a']),
    clear: (cache) => cache.clear(),
  };
  for (const [operation, run] of Object.entries(outdating)) {
    it(`does not store over a ${operation} that came while its factory ran`, async () => {
      const cache = new SteppedCache();
      const factory = heldFactory('old');
      const computed = cache.getOrSet('a', factory.run);
      await factory.start;
      await run(cache);
      const left = await cache.get('a');
      factory.finish();
      expect(await computed).toBe('old');
      expect(await cache.get('a')).toBe(left);
      expect(await cache.getOrSet('a', () => 'new')).toBe('new');
    });
  }

  it('does not store over a set that was still being written when its factory started', async () => {
    const cache = new SteppedCache();
    const write = cache.turnstile.hold('writeEntry a');
    const writing = cache.set('a', 'new');
    await write.arrival;
    const factory = heldFactory('old');
    const computed = cache.getOrSet('a', factory.run);
    await factory.start;
    write.release();
    expect(await writing).toBe(true);
    factory.finish();
    await computed;
    expect(await cache.get('a')).toBe('new');
  });

  it('does not store over a set that is still being written when its factory ends', async () => {
    const cache = new SteppedCache();
    const factory = heldFactory('old');
    const computed = cache.getOrSet('a', factory.run);
    await factory.start;
    const write = cache.turnstile.hold('writeEntry a');
    const writing = cache.set('a', 'new');
    await write.arrival;
    factory.finish();
    await cache.get('b');
    write.release();
    await Promise.all([computed, writing]);
    expect(await cache.get('a')).toBe('new');
  });

  it('does not bring back what a delete removed that was still running when its factory started', async () => {
    const cache = new SteppedCache();
    await cache.set('a', 'old', { ttl: 10 });
    cache.manualClock.advance(10_000);
    const removal = cache.turnstile.hold('removeEntry a');
    const deleting = cache.delete('a');
    await removal.arrival;
    const factory = heldFactory('old');
    const computed = cache.getOrSet('a', factory.run);
    await factory.start;
    removal.release();
    await deleting;
    factory.finish();
    await computed;
    expect(await cache.get('a')).toBeUndefined();
  });

  it('after a set asks afresh instead of joining the flight that it outdated', async () => {
    const cache = new SteppedCache();
    const factory = heldFactory('old');
    const computed = cache.getOrSet('a', factory.run);
    await factory.start;
    await cache.delete('a');
    expect(await cache.getOrSet('a', () => 'fresh')).toBe('fresh');
    factory.finish();
    expect(await computed).toBe('old');
    expect(await cache.get('a')).toBe('fresh');
  });
});

describe('keys', () => {
  it('left half-way lets the backend end its listing', async () => {
    let isEnded = false;
    class Watched extends MapCache {
      protected override *listEntries() {
        try {
          yield* super.listEntries();
        } finally {
          isEnded = true;
        }
      }
    }
    const cache = new Watched();
    await cache.setMany(['a', 'b', 'c'].map((key) => [key, 1] as const));
    for await (const key of cache.keys()) if (key === 'a') break;
    expect(isEnded).toBe(true);
  });

  it('does not show what expired while it was being read', async () => {
    const cache = new MapCache();
    await cache.setMany(['a', 'b'].map((key) => [key, 1, { ttl: 10 }] as const));
    const keys = cache.keys();
    expect((await keys.next()).value).toBe('a');
    cache.manualClock.advance(10_000);
    expect((await keys.next()).done).toBe(true);
  });
});

describe('batches', () => {
  it('ask for the keys that the array held when they were called', async () => {
    const cache = new SteppedCache();
    await cache.setMany([
      ['a', 1],
      ['b', 2],
    ]);
    const keys = ['b', 'a', ...Array.from({ length: 100 }, (_, index) => `missing ${index}`), 'a'];
    const found = cache.getMany(keys);
    keys.length = 0;
    expect([...(await found)]).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
    expect(await cache.getStats()).toMatchObject({ hitCount: 3, missCount: 100 });
    const unwanted = ['a', 'b'];
    const deleted = cache.deleteMany(unwanted);
    unwanted[1] = '';
    expect(await deleted).toBe(2);
  });
});

describe('a cleanup that makes room', () => {
  it('does not take an entry whose set has not resolved, though it is the one to go by the policy', async () => {
    await using earlier = new SteppedCache();
    await earlier.setMany([
      ['a', 1],
      ['b', 2],
    ]);
    await using cache = new SteppedCache({ maxEntries: 2, evictionPolicy: 'lfu' });
    for (const [key, entry] of earlier.store) cache.store.set(key, { ...entry, sizeBytes: 1, accessCount: 5 });
    cache.turnstile.hold('listEntries').release();
    const listing = cache.turnstile.hold('listEntries');
    const cleaning = cache.cleanup();
    await listing.arrival;
    const setting = cache.set('c', 3);
    await new Promise(setImmediate);
    listing.release();
    expect(await setting).toBe(true);
    await cleaning;
    expect(cache.storedKeys).toContain('c');
    expect(cache.storedKeys).toHaveLength(2);
  });
});
