import { type BaseCacheOptions, CacheError, EVICTION_POLICIES } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { collect } from './support/collect.js';
import { errorsOf, eventsOf } from './support/events.js';
import { MapCache } from './support/map-cache.js';
import { SteppedCache } from './support/stepped-cache.js';

const EVICTING = EVICTION_POLICIES.filter((policy) => policy !== 'ttl');

/** Nine bytes of JSON, so that sizes are easy to add. */
const NINE_BYTES = '1234567';

function keysOf(count: number, prefix = 'key'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix} ${index}`);
}

describe('limits', () => {
  it.each(EVICTING)('on entries hold after every set, by %s', async (evictionPolicy) => {
    const cache = new MapCache({ maxEntries: 10, evictionPolicy });
    for (const key of keysOf(50)) {
      expect(await cache.set(key, 1)).toBe(true);
      expect(cache.store.size).toBeLessThanOrEqual(10);
      expect(await cache.exists(key)).toBe(true);
    }
    const { evictionCount, totalEntries, expiredCount } = await cache.getStats();
    expect(evictionCount).toBe(50 - totalEntries);
    expect(expiredCount).toBe(0);
  });

  it('on bytes hold after every set, sizes changing', async () => {
    const cache = new MapCache({ maxSizeBytes: 1_000 });
    for (let step = 0; step < 200; step++) {
      const text = 'x'.repeat((step * 37) % 400);
      expect(await cache.set(`key ${step % 13}`, text)).toBe(true);
      expect((await cache.getStats()).totalSizeBytes).toBeLessThanOrEqual(1_000);
      expect(await cache.get(`key ${step % 13}`)).toBe(text);
    }
  });

  it('hold when many sets run at once', async () => {
    const cache = new SteppedCache({ maxEntries: 20 });
    await Promise.all(keysOf(100).map((key) => cache.set(key, 1)));
    expect(cache.store.size).toBeLessThanOrEqual(20);
    expect((await cache.getStats()).evictionCount).toBe(100 - cache.store.size);
  });

  it('hold on entries that were there before the instance', async () => {
    const before = new MapCache();
    for (const key of keysOf(30)) await before.set(key, 1);
    const cache = new MapCache({ maxEntries: 10 });
    for (const [key, entry] of before.store) cache.store.set(key, entry);
    await cache.set('new', 1);
    expect(cache.store.size).toBeLessThanOrEqual(10);
    expect(await cache.exists('new')).toBe(true);
  });

  it('are restored by cleanup', async () => {
    const before = new MapCache();
    for (const key of keysOf(30)) await before.set(key, 1);
    const cache = new MapCache({ maxEntries: 10 });
    for (const [key, entry] of before.store) cache.store.set(key, entry);
    expect(await cache.cleanup()).toBe(0);
    expect(cache.store.size).toBeLessThanOrEqual(10);
  });

  it('free a tenth at once, so that the next writes evict nothing', async () => {
    const cache = new MapCache({ maxEntries: 100 });
    for (const key of keysOf(101)) await cache.set(key, 1);
    expect(cache.store.size).toBe(90);
    for (const key of keysOf(10, 'more')) await cache.set(key, 1);
    expect(cache.store.size).toBe(100);
  });

  it('refuse an entry larger than all, which empties nothing and leaves the old value', async () => {
    const cache = new MapCache({ maxSizeBytes: 100 });
    const errors = errorsOf(cache);
    await cache.set('a', 'old');
    await cache.set('b', 'other');
    expect(await cache.set('a', 'x'.repeat(99))).toBe(false);
    expect(await cache.getMany(['a', 'b'])).toEqual(
      new Map([
        ['a', 'old'],
        ['b', 'other'],
      ]),
    );
    expect(errors).toMatchObject([{ code: 'CACHE_BACKEND_FAILED', key: 'a' }]);
    expect(await cache.set('a', 'x'.repeat(98))).toBe(true);
    expect(await cache.getStats()).toMatchObject({ totalSizeBytes: 100, totalEntries: 1 });
  });

  it('of one entry leave the last', async () => {
    const cache = new MapCache({ maxEntries: 1 });
    for (const key of keysOf(5)) await cache.set(key, 1);
    expect(cache.storedKeys).toEqual(['key 4']);
  });

  it('are not reached by an entry that replaces itself', async () => {
    const cache = new MapCache({ maxEntries: 2, maxSizeBytes: 18 });
    await cache.set('a', NINE_BYTES);
    await cache.set('b', NINE_BYTES);
    for (let round = 0; round < 5; round++) await cache.set('a', NINE_BYTES);
    expect(await cache.getStats()).toMatchObject({ totalEntries: 2, evictionCount: 0 });
  });
});

describe('a victim', () => {
  async function evictedBy(options: BaseCacheOptions, fill: (cache: MapCache) => Promise<unknown>): Promise<string[]> {
    const cache = new MapCache({ maxEntries: 3, ...options });
    await fill(cache);
    const before = cache.storedKeys;
    await cache.set('new', NINE_BYTES);
    return before.filter((key) => !cache.store.has(key));
  }

  async function fillThree(cache: MapCache): Promise<void> {
    for (const key of ['a', 'b', 'c']) await cache.set(key, NINE_BYTES);
  }

  it('is by lru the entry not used for longest, also within a millisecond', async () => {
    const evicted = await evictedBy({}, async (cache) => {
      await fillThree(cache);
      await cache.get('a');
      await cache.lookup('b');
    });
    expect(evicted).toEqual(['c']);
  });

  it('is not saved by what touches nothing', async () => {
    const evicted = await evictedBy({}, async (cache) => {
      await fillThree(cache);
      await cache.exists('a');
      await cache.getMetadata('a');
      await collect(cache.keys());
      await cache.getStats();
    });
    expect(evicted).toEqual(['a']);
  });

  it('is by lfu the one read least, then the one not used for longest', async () => {
    const evicted = await evictedBy({ evictionPolicy: 'lfu' }, async (cache) => {
      await fillThree(cache);
      for (const key of ['a', 'a', 'c', 'b']) await cache.get(key);
    });
    expect(evicted).toEqual(['c']);
  });

  it('keeps by lfu its reads when it is written again', async () => {
    const evicted = await evictedBy({ evictionPolicy: 'lfu' }, async (cache) => {
      await fillThree(cache);
      for (const key of ['a', 'a', 'b', 'c']) await cache.get(key);
      await cache.set('a', 1);
    });
    expect(evicted).toEqual(['b']);
  });

  it('is by fifo the oldest, however much it is read; a set makes it new', async () => {
    const evicted = await evictedBy({ evictionPolicy: 'fifo' }, async (cache) => {
      await fillThree(cache);
      await cache.get('b');
      await cache.set('a', 2);
    });
    expect(evicted).toEqual(['b']);
  });

  it.each(EVICTION_POLICIES)('is by %s first what has expired', async (evictionPolicy) => {
    const cache = new MapCache({ maxEntries: 3, evictionPolicy });
    const events = eventsOf(cache);
    await cache.set('a', 1);
    await cache.set('b', 1);
    await cache.set('short', 1, { ttl: 1 });
    await cache.get('short');
    cache.manualClock.advance(1_000);
    expect(await cache.set('new', 1)).toBe(true);
    expect(cache.storedKeys).toEqual(['a', 'b', 'new']);
    expect(events).toContain('expire short');
    expect(await cache.getStats()).toMatchObject({ expiredCount: 1, evictionCount: 0 });
  });

  it('is told to the listeners and counted apart from deletions', async () => {
    const cache = new MapCache({ maxEntries: 1 });
    const events = eventsOf(cache);
    await cache.set('a', 1);
    await cache.set('b', 1);
    expect(events).toEqual(['set a', 'set b', 'evict a']);
    expect(await cache.getStats()).toMatchObject({ evictionCount: 1, deleteCount: 0, expiredCount: 0 });
  });

  it('that can not be removed keeps no other from it', async () => {
    const cache = new SteppedCache({ maxEntries: 20 });
    const errors = errorsOf(cache);
    for (const key of keysOf(20)) await cache.set(key, 1);
    cache.turnstile.fail('removeEntry key 0', new Error('EACCES'), Number.POSITIVE_INFINITY);
    expect(await cache.set('new', 1)).toBe(true);
    expect(cache.store.size).toBeLessThanOrEqual(20);
    expect(errors).toHaveLength(1);
  });

  it('is never an entry that is gone already: a late read brings nothing back into the count', async () => {
    const cache = new SteppedCache({ maxEntries: 3 });
    for (const key of ['a', 'b', 'c']) await cache.set(key, 1);
    const read = cache.turnstile.hold('readEntry a');
    const reading = cache.get('a');
    await read.arrival;
    await cache.delete('a');
    read.release();
    await reading;
    await cache.set('d', 1);
    expect(cache.storedKeys).toEqual(['b', 'c', 'd']);
    expect(await cache.getStats()).toMatchObject({ evictionCount: 0 });
  });

  it('is chosen by an index that knows what changed while the store was being listed', async () => {
    const cache = new SteppedCache({ maxEntries: 3 });
    const before = new MapCache();
    await before.set('old', 1);
    for (const [key, entry] of before.store) cache.store.set(key, entry);
    const listing = cache.turnstile.hold('listEntries');
    const first = cache.set('a', 1);
    await listing.arrival;
    // Not in the listing, which was taken before it; and in the listing, but gone.
    const second = cache.set('b', 1);
    await cache.delete('old');
    listing.release();
    await Promise.all([first, second]);
    await cache.set('c', 1);
    expect(cache.storedKeys).toEqual(['a', 'b', 'c']);
    await cache.set('d', 1);
    expect(cache.storedKeys).toEqual(['b', 'c', 'd']);
  });
});

describe('the policy ttl', () => {
  it('refuses a new key when full, with false, and takes it once something has expired', async () => {
    const cache = new MapCache({ maxEntries: 2, evictionPolicy: 'ttl' });
    const errors = errorsOf(cache);
    await cache.set('a', 1, { ttl: 10 });
    await cache.set('b', 1);
    expect(await cache.set('c', 1)).toBe(false);
    expect(errors).toMatchObject([{ code: 'CACHE_BACKEND_FAILED', key: 'c' }]);
    expect(cache.storedKeys).toEqual(['a', 'b']);
    cache.manualClock.advance(10_000);
    expect(await cache.set('c', 1)).toBe(true);
    expect(cache.storedKeys).toEqual(['b', 'c']);
    expect(await cache.getStats()).toMatchObject({ evictionCount: 0, expiredCount: 1, errorCount: 1 });
  });

  it('lets a key that is there be replaced, within the bytes', async () => {
    const cache = new MapCache({ maxEntries: 2, maxSizeBytes: 20, evictionPolicy: 'ttl' });
    await cache.set('a', NINE_BYTES);
    await cache.set('b', NINE_BYTES);
    expect(await cache.set('a', 2)).toBe(true);
    expect(await cache.set('a', 'x'.repeat(10))).toBe(false);
    expect(await cache.get('a')).toBe(2);
  });

  it('never exceeds a limit when many sets run at once', async () => {
    const cache = new SteppedCache({ maxEntries: 10, evictionPolicy: 'ttl' });
    const stored = await Promise.all(keysOf(50).map((key) => cache.set(key, 1)));
    expect(stored.filter(Boolean)).toHaveLength(10);
    expect(cache.store.size).toBe(10);
  });

  it('refuses with false when nobody can say whether there is room', async () => {
    const cache = new SteppedCache({ maxEntries: 10, evictionPolicy: 'ttl' });
    cache.turnstile.fail('listEntries', new Error('EMFILE'));
    expect(await cache.set('a', 1)).toBe(false);
    expect(cache.storedKeys).toEqual([]);
    expect(await cache.set('a', 1)).toBe(true);
  });
});

describe('cleanup', () => {
  it('removes what has expired, counts it, tells it, and leaves the rest', async () => {
    const cache = new MapCache();
    const events = eventsOf(cache);
    await cache.set('a', 1, { ttl: 1 });
    await cache.set('b', 1, { ttl: 2 });
    await cache.set('c', 1);
    cache.manualClock.advance(1_000);
    expect(await cache.cleanup()).toBe(1);
    expect(cache.storedKeys).toEqual(['b', 'c']);
    expect(events.slice(3)).toEqual(['expire a']);
    expect(await cache.cleanup()).toBe(0);
    expect(await cache.getStats()).toMatchObject({ expiredCount: 1, deleteCount: 0, evictionCount: 0 });
  });

  it('goes on after an entry that can not be read, and removes a damaged one too', async () => {
    const cache = new SteppedCache();
    const errors = errorsOf(cache);
    for (const key of ['a', 'b', 'c']) await cache.set(key, 1, { ttl: 1 });
    cache.manualClock.advance(1_000);
    cache.turnstile.fail('readEntry a', new Error('EIO'));
    cache.turnstile.fail('readEntry b', new CacheError('CACHE_CORRUPT_ENTRY', 'its checksum is wrong'));
    expect(await cache.cleanup()).toBe(2);
    expect(cache.storedKeys).toEqual(['a']);
    expect(errors).toMatchObject([{ code: 'CACHE_BACKEND_FAILED' }, { code: 'CACHE_CORRUPT_ENTRY' }]);
    expect(await cache.getStats()).toMatchObject({ expiredCount: 1 });
    expect(await cache.cleanup()).toBe(1);
  });
});
