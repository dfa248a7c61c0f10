import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type CacheManager, EVICTION_POLICIES, ManualClock } from '@glovebox/cache-core';
import { createMemoryCache, MemoryCache, type MemoryCacheOptions } from '@glovebox/cache-memory';
import { describe, expect, it } from 'vitest';

const POLICIES = EVICTION_POLICIES;

function createTimedCache(options: MemoryCacheOptions = {}) {
  const clock = new ManualClock();
  return { clock, cache: createMemoryCache({ ...options, clock }) };
}

describe('createMemoryCache', () => {
  it('works without options and without limits', async () => {
    await using cache: CacheManager = createMemoryCache();
    expect(cache).toBeInstanceOf(MemoryCache);
    expect(cache.name).toBe('memory');
    for (let index = 0; index < 20_000; index++) await cache.set(`k${index}`, index);
    expect((await cache.getStats()).totalEntries).toBe(20_000);
  });

  it('allocates nothing for entries that may come', () => {
    expect(() => createMemoryCache({ maxEntries: Number.MAX_SAFE_INTEGER })).not.toThrow();
  });

  const mistakes: Record<string, [unknown, RegExp]> = {
    'a misspelt option': [{ maxEntrys: 5 }, /maxEntrys.*did you mean 'maxEntries'/],
    'a misspelt isolation': [{ isolation: 'freez' }, /isolation is "freez".*did you mean 'freeze'/],
    'an isolation that is not text': [{ isolation: true }, /isolation is true/],
    'a limit of 0': [{ maxEntries: 0 }, /maxEntries is 0.*above 0/],
    'an unknown policy': [{ evictionPolicy: 'mru' }, /evictionPolicy is "mru"/],
    'null for options': [null, /options are null/],
    'text for options': ['lru', /options are "lru"/],
  };
  for (const [name, [options, message]] of Object.entries(mistakes)) {
    it(`refuses ${name}, naming what is wrong`, () => {
      const create = createMemoryCache as (options: unknown) => unknown;
      expect(() => create(options)).toThrow(expect.objectContaining({ code: 'CACHE_INVALID_CONFIG' }));
      expect(() => create(options)).toThrow(message);
    });
  }
});

for (const evictionPolicy of POLICIES) {
  describe(`under ${evictionPolicy}`, () => {
    it('a read of an expired entry removes it at once and counts an expiry', async () => {
      const { cache, clock } = createTimedCache({ evictionPolicy });
      const expired: string[] = [];
      cache.on('expire', ({ key }) => expired.push(key));
      await cache.set('k', 1, { ttl: 5 });
      clock.advance(5_000);
      expect(await cache.exists('k')).toBe(false);
      expect(await cache.getMetadata('k')).toBeUndefined();
      expect(await cache.getStats()).toMatchObject({ totalEntries: 1, expiredCount: 0 });
      expect(await cache.get('k')).toBeUndefined();
      expect(await cache.getStats()).toMatchObject({ totalEntries: 0, expiredCount: 1, missCount: 1, hitCount: 0 });
      expect(expired).toEqual(['k']);
    });

    it('cleanup removes what has expired, and nothing else', async () => {
      const { cache, clock } = createTimedCache({ evictionPolicy, cleanupIntervalSeconds: null });
      for (let index = 0; index < 100; index++) await cache.set(`brief${index}`, index, { ttl: 1 + (index % 2) });
      await cache.set('long', 1, { ttl: 60 });
      await cache.set('eternal', 1);
      clock.advance(1_000);
      expect(await cache.cleanup()).toBe(50);
      clock.advance(1_000);
      expect(await cache.cleanup()).toBe(50);
      expect(await cache.cleanup()).toBe(0);
      expect(await cache.getStats()).toMatchObject({ totalEntries: 2, expiredCount: 100, evictionCount: 0 });
    });

    it('keys can be deleted while they are listed, and none is missed', async () => {
      const { cache } = createTimedCache({ evictionPolicy });
      for (let index = 0; index < 50; index++) await cache.set(`k${index}`, index);
      let listed = 0;
      for await (const key of cache.keys()) {
        listed++;
        expect(await cache.delete(key)).toBe(true);
      }
      expect(listed).toBe(50);
      expect((await cache.getStats()).totalEntries).toBe(0);
    });

    it('holds on to no value that is replaced, removed, evicted, expired or cleared', async () => {
      setFlagsFromString('--expose-gc');
      const collect: () => void = runInNewContext('gc');
      const { cache, clock } = createTimedCache({ evictionPolicy, isolation: 'reference', maxEntries: 50 });
      const values: WeakRef<object>[] = [];
      const put = (key: string, ttl: number) => {
        const value = { key };
        values.push(new WeakRef(value));
        return cache.set(key, value, { ttl });
      };
      for (let round = 0; round < 5; round++) {
        for (let index = 0; index < 80; index++) await put(`k${index}`, 1 + (index % 7));
        for (let index = 0; index < 80; index += 3) await cache.get(`k${index}`);
        for (let index = 0; index < 80; index += 4) await cache.delete(`k${index}`);
        clock.advance(3_000);
        await cache.cleanup();
        if (round === 2) await cache.clear();
      }
      for await (const key of cache.keys()) await cache.delete(key);
      await cache.cleanup();
      expect((await cache.getStats()).totalEntries).toBe(0);
      await new Promise((resolve) => setImmediate(resolve));
      collect();
      // A frame or register of the engine may still hold the last one or two; a leak would hold hundreds.
      expect(values.filter((value) => value.deref() !== undefined).length).toBeLessThan(5);
    });
  });
}

describe('usage', () => {
  it('accessCount survives a write and is lost with the entry', async () => {
    const { cache, clock } = createTimedCache();
    await cache.set('k', 1);
    await cache.get('k');
    clock.advance(1_000);
    await cache.get('k');
    expect(await cache.getMetadata('k')).toMatchObject({ accessCount: 2, lastAccessedAt: clock.now() });
    await cache.set('k', 2);
    expect(await cache.getMetadata('k')).toMatchObject({ accessCount: 2, createdAt: clock.now(), ageSeconds: 0 });
    const found = await cache.lookup('k');
    expect(found).toMatchObject({ hit: true, metadata: { accessCount: 3 } });
    await cache.delete('k');
    await cache.set('k', 3);
    expect(await cache.getMetadata('k')).toMatchObject({ accessCount: 0 });
  });

  it('accessCount starts again where the old entry had expired, read or not', async () => {
    const { cache, clock } = createTimedCache();
    await cache.set('k', 1, { ttl: 1 });
    await cache.get('k');
    clock.advance(1_000);
    await cache.set('k', 2);
    expect(await cache.getMetadata('k')).toMatchObject({ accessCount: 0 });
  });
});

describe('sizes', () => {
  it('are not computed before somebody asks', async () => {
    let reads = 0;
    const value = {
      get counted() {
        reads++;
        return 'x'.repeat(100);
      },
    };
    const cache = createMemoryCache({ isolation: 'reference', maxEntries: 10 });
    await cache.set('k', value);
    await cache.get('k');
    for await (const key of cache.keys()) expect(key).toBe('k');
    expect(reads).toBe(0);
    expect((await cache.getMetadata('k'))?.sizeBytes).toBeGreaterThan(100);
    await cache.getStats();
    await cache.getStats();
    expect(reads).toBe(1);
  });

  it('add up to those of the entries, whatever happens to them', async () => {
    const cache = createMemoryCache({ maxEntries: 5 });
    for (let index = 0; index < 20; index++) {
      await cache.set(`k${index % 8}`, 'ä'.repeat(index));
      if (index % 3 === 0) await cache.delete(`k${index % 5}`);
      const { totalSizeBytes } = await cache.getStats();
      let sum = 0;
      for await (const key of cache.keys()) sum += (await cache.getMetadata(key))?.sizeBytes ?? 0;
      expect(totalSizeBytes).toBe(sum);
    }
  });
});

/** How often the event loop had a turn while the work was done. */
async function countTurns(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const turn = () => {
    turns++;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isDone = true;
  return turns;
}

describe('large caches', () => {
  it('are cleaned up and measured in slices, between which the event loop has its turns', async () => {
    const { cache, clock } = createTimedCache({ cleanupIntervalSeconds: null });
    const count = 100_000;
    for (let index = 0; index < count; index++) await cache.set(`k${index}`, { index }, { ttl: 1 + (index % 3) });
    expect(await countTurns(() => cache.getStats())).toBeGreaterThan(1);
    clock.advance(3_000);
    expect(await countTurns(() => cache.cleanup())).toBeGreaterThan(1);
    expect(await cache.getStats()).toMatchObject({ totalEntries: 0, totalSizeBytes: 0, expiredCount: count });
  });

  it('keep what is written while they are cleaned up', async () => {
    const { cache, clock } = createTimedCache({ cleanupIntervalSeconds: null });
    const count = 20_000;
    for (let index = 0; index < count; index++) await cache.set(`k${index}`, index, { ttl: 1 });
    clock.advance(1_000);
    const fresh = new Set<string>();
    let expired = 0;
    cache.on('expire', () => {
      // Every hundredth removal, an entry that has expired and awaits its removal is replaced.
      if (++expired % 100 !== 0) return;
      const key = `k${count - expired / 100}`;
      fresh.add(key);
      void cache.set(key, 'fresh', { ttl: 1 });
    });
    const removed = await cache.cleanup();
    expect(removed).toBe(count - fresh.size);
    expect((await cache.getStats()).totalEntries).toBe(fresh.size);
    for (const key of fresh) expect(await cache.get(key)).toBe('fresh');
  });

  it('close does not wait for a cleanup under way to finish', async () => {
    const { cache, clock } = createTimedCache({ cleanupIntervalSeconds: null });
    const count = 100_000;
    for (let index = 0; index < count; index++) await cache.set(`k${index}`, index, { ttl: 1 });
    clock.advance(1_000);
    const cleaning = cache.cleanup();
    await cache.close();
    expect(await cleaning).toBeLessThan(count);
  });
});

describe('timers', () => {
  it('a thousand instances run one each, and none once closed', async () => {
    const clock = new ManualClock();
    const resourcesBefore = process.getActiveResourcesInfo().length;
    const caches = Array.from({ length: 1_000 }, () => createMemoryCache({ clock }));
    for (const cache of caches) for (const key of ['a', 'b', 'c']) await cache.set(key, 1, { ttl: 5 });
    expect(clock.timerCount).toBe(1_000);
    await Promise.all(caches.map((cache) => cache.close()));
    expect(clock.timerCount).toBe(0);

    const onSystemClock = Array.from({ length: 1_000 }, () => createMemoryCache());
    for (const cache of onSystemClock) await cache.set('k', 1, { ttl: 5 });
    await Promise.all(onSystemClock.map((cache) => cache.close()));
    expect(process.getActiveResourcesInfo()).toHaveLength(resourcesBefore);
  });

  it('the timer removes what has expired', async () => {
    const { cache, clock } = createTimedCache({ cleanupIntervalSeconds: 10 });
    await cache.set('k', 1, { ttl: 5 });
    clock.advance(10_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await cache.getStats()).toMatchObject({ totalEntries: 0, expiredCount: 1 });
  });
});
