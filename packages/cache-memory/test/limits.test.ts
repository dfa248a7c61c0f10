import { EVICTION_POLICIES, ManualClock } from '@glovebox/cache-core';
import { createMemoryCache, type MemoryCacheOptions } from '@glovebox/cache-memory';
import { describe, expect, it } from 'vitest';
import { SEEDS, seededRandom } from './random.js';

const POLICIES = EVICTION_POLICIES;

function createTimedCache(options: MemoryCacheOptions) {
  const clock = new ManualClock();
  return { clock, cache: createMemoryCache({ cleanupIntervalSeconds: null, ...options, clock }) };
}

async function keysOf(cache: { keys(): AsyncIterable<string> }): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of cache.keys()) keys.push(key);
  return keys.sort();
}

describe('limits', () => {
  for (const evictionPolicy of POLICIES) {
    for (const seed of SEEDS) {
      it(`hold after every set and free no more than needed, under ${evictionPolicy} (seed ${seed})`, async () => {
        const random = seededRandom(seed);
        const maxEntries = 20;
        const maxSizeBytes = 2_000;
        const { cache, clock } = createTimedCache({ evictionPolicy, maxEntries, maxSizeBytes });
        for (let step = 0; step < 600; step++) {
          const key = `k${random(60)}`;
          const value = 'x'.repeat(random(300));
          const before = await cache.getStats();
          const known = await cache.getMetadata(key);
          const stored = await cache.set(key, value, random(3) === 0 ? { ttl: 1 + random(30) } : { ttl: null });
          const after = await cache.getStats();
          expect(after.totalEntries).toBeLessThanOrEqual(maxEntries);
          expect(after.totalSizeBytes).toBeLessThanOrEqual(maxSizeBytes);
          const removed = after.evictionCount - before.evictionCount + (after.expiredCount - before.expiredCount);
          if (stored) {
            expect(await cache.get(key)).toBe(value);
            const needsRoom =
              before.totalEntries + (known === undefined ? 1 : 0) > maxEntries ||
              before.totalSizeBytes - (known?.sizeBytes ?? 0) + value.length + 2 > maxSizeBytes;
            if (!needsRoom) expect(removed).toBe(0);
          }
          if (evictionPolicy === 'ttl') expect(after.evictionCount).toBe(0);
          else expect(stored).toBe(true);
          if (random(4) === 0) await cache.get(`k${random(60)}`);
          if (random(10) === 0) clock.advance(random(10_000));
        }
        await cache.close();
      });
    }
  }

  it('one entry too many evicts one entry', async () => {
    const { cache } = createTimedCache({ maxEntries: 100 });
    for (let index = 0; index < 101; index++) await cache.set(`k${index}`, index);
    expect(await cache.getStats()).toMatchObject({ totalEntries: 100, evictionCount: 1 });
  });

  it('as many bytes too many evict as many entries as it takes', async () => {
    const { cache } = createTimedCache({ maxSizeBytes: 100 });
    for (const key of ['a', 'b', 'c', 'd']) await cache.set(key, 'x'.repeat(18));
    await cache.set('e', 'x'.repeat(48));
    expect(await keysOf(cache)).toEqual(['c', 'd', 'e']);
    expect(await cache.getStats()).toMatchObject({ totalSizeBytes: 90, evictionCount: 2 });
  });

  for (const evictionPolicy of POLICIES.filter((policy) => policy !== 'ttl')) {
    it(`expired entries go before live ones and are counted as expiries, under ${evictionPolicy}`, async () => {
      const { cache, clock } = createTimedCache({ evictionPolicy, maxEntries: 3 });
      await cache.set('live', 1);
      await cache.set('brief', 2, { ttl: 1 });
      await cache.set('live too', 3);
      clock.advance(1_000);
      await cache.set('new', 4);
      expect(await keysOf(cache)).toEqual(['live', 'live too', 'new']);
      expect(await cache.getStats()).toMatchObject({ evictionCount: 0, expiredCount: 1, totalEntries: 3 });
    });

    it(`the entry just written stays, under ${evictionPolicy}`, async () => {
      const { cache } = createTimedCache({ evictionPolicy, maxEntries: 1 });
      await cache.set('read often', 1);
      for (let read = 0; read < 5; read++) await cache.get('read often');
      expect(await cache.set('new', 2)).toBe(true);
      expect(await cache.get('new')).toBe(2);
    });

    it(`an entry larger than the cache is refused and empties nothing, under ${evictionPolicy}`, async () => {
      const { cache } = createTimedCache({ evictionPolicy, maxSizeBytes: 100 });
      await cache.set('small', 'x');
      expect(await cache.set('huge', 'x'.repeat(200))).toBe(false);
      expect(await cache.set('small', 'x'.repeat(200))).toBe(false);
      expect(await cache.get('small')).toBe('x');
      expect(await cache.getStats()).toMatchObject({ evictionCount: 0, totalEntries: 1 });
    });
  }

  it('sets at the same time leave no more than allowed, and cleanup does not open a gap', async () => {
    const { cache } = createTimedCache({ maxEntries: 2 });
    await cache.set('first', 0);
    const cleaning = cache.cleanup();
    const stored = await Promise.all(['a', 'b', 'c', 'd'].map((key) => cache.set(key, key)));
    await cleaning;
    expect(stored).toEqual([true, true, true, true]);
    expect(await keysOf(cache)).toEqual(['c', 'd']);
  });

  it('lru gives up what was used least recently; looking without reading is no use', async () => {
    const { cache } = createTimedCache({ maxEntries: 3 });
    for (const key of ['a', 'b', 'c']) await cache.set(key, key);
    await cache.get('a');
    await cache.exists('b');
    await cache.getMetadata('b');
    await keysOf(cache);
    await cache.getStats();
    await cache.set('d', 'd');
    expect(await keysOf(cache)).toEqual(['a', 'c', 'd']);
    await cache.lookup('c');
    await cache.getOrSet('a', () => 'unused');
    await cache.set('e', 'e');
    expect(await keysOf(cache)).toEqual(['a', 'c', 'e']);
  });

  it('lfu gives up what was read least, then what was used least recently', async () => {
    const { cache } = createTimedCache({ maxEntries: 3, evictionPolicy: 'lfu' });
    for (const key of ['a', 'b', 'c']) await cache.set(key, key);
    for (const key of ['a', 'b', 'c', 'a', 'b']) await cache.get(key);
    await cache.set('d', 'd');
    expect(await keysOf(cache)).toEqual(['a', 'b', 'd']);
    await cache.get('d');
    await cache.get('d');
    await cache.set('e', 'e');
    expect(await keysOf(cache)).toEqual(['b', 'd', 'e']);
  });

  it('lfu keeps the count of a key that is written again', async () => {
    const { cache } = createTimedCache({ maxEntries: 2, evictionPolicy: 'lfu' });
    await cache.set('a', 1);
    await cache.get('a');
    await cache.set('b', 1);
    await cache.set('a', 2);
    await cache.set('c', 1);
    expect(await keysOf(cache)).toEqual(['a', 'c']);
  });

  it('fifo gives up the oldest; a key that is written again is the newest', async () => {
    const { cache } = createTimedCache({ maxEntries: 3, evictionPolicy: 'fifo' });
    for (const key of ['a', 'b', 'c']) await cache.set(key, key);
    await cache.get('b');
    await cache.set('a', 'again');
    await cache.set('d', 'd');
    expect(await keysOf(cache)).toEqual(['a', 'c', 'd']);
  });

  it('ttl refuses new keys when full, takes known ones, and makes room from what has expired', async () => {
    const { cache, clock } = createTimedCache({ maxEntries: 2, evictionPolicy: 'ttl' });
    await cache.set('eternal', 1);
    await cache.set('brief', 2, { ttl: 10 });
    expect(await cache.set('new', 3)).toBe(false);
    expect(await cache.set('brief', 4, { ttl: 10 })).toBe(true);
    clock.advance(10_000);
    expect(await cache.set('new', 3)).toBe(true);
    expect(await keysOf(cache)).toEqual(['eternal', 'new']);
    expect(await cache.getStats()).toMatchObject({ evictionCount: 0, expiredCount: 1 });
  });

  it('ttl refuses a known key whose new value is too large, and keeps the old one', async () => {
    const { cache } = createTimedCache({ maxSizeBytes: 20, evictionPolicy: 'ttl' });
    await cache.set('a', 'x'.repeat(8));
    await cache.set('b', 'x'.repeat(8));
    expect(await cache.set('a', 'x'.repeat(10))).toBe(false);
    expect(await cache.get('a')).toBe('x'.repeat(8));
    expect(await cache.set('a', 'x')).toBe(true);
    expect(await cache.set('b', 'x'.repeat(10))).toBe(true);
  });

  it('a listener that writes while entries are evicted breaks no limit', async () => {
    const { cache } = createTimedCache({ maxEntries: 5 });
    let nested = 0;
    cache.on('evict', () => {
      if (nested++ < 20) void cache.set(`nested${nested}`, nested);
    });
    for (let index = 0; index < 30; index++) {
      await cache.set(`k${index}`, index);
      expect((await cache.getStats()).totalEntries).toBeLessThanOrEqual(5);
    }
  });
});
