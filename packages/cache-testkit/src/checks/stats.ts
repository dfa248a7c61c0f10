import type { CacheManager, CacheStats } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import { expectEqual, expectRejection, expectThat } from '../expect.js';
import { Words } from '../show.js';
import { metadataOf } from './helpers.js';

const list = new CheckList('stats');
export const statsChecks = list.checks;

type Counts = Partial<CacheStats>;

/** Compares only the counters named in `expected`. */
async function expectCounts(what: string, cache: CacheManager, expected: Counts): Promise<void> {
  const stats: Readonly<Record<string, unknown>> = { ...(await cache.getStats()) };
  expectEqual(what, Object.fromEntries(Object.keys(expected).map((name) => [name, stats[name]])), expected);
}

list.add('at-first', 'A new cache on a new store has counted nothing, and both rates are 0.', async (scene) => {
  const cache = await scene.open();
  const { lastUpdatedAt, ...counts } = await cache.getStats();
  expectEqual('the statistics', counts, {
    totalEntries: 0,
    totalSizeBytes: 0,
    hitCount: 0,
    missCount: 0,
    setCount: 0,
    deleteCount: 0,
    evictionCount: 0,
    expiredCount: 0,
    errorCount: 0,
    hitRate: 0,
    missRate: 0,
  });
  expectThat('lastUpdatedAt to be a number', typeof lastUpdatedAt === 'number', lastUpdatedAt);
});

list.add(
  'printed',
  'As text, statistics are a report of rates, entries, bytes, evictions and errors.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 'x'.repeat(1_500));
    for (const key of ['key', 'key', 'none']) await cache.get(key);
    const stats = await cache.getStats();
    expectEqual('the text', String(stats).split('\n'), [
      'Cache Performance:',
      '- Hit Rate: 66.7%',
      '- Miss Rate: 33.3%',
      '- Total Entries: 1',
      `- Total Size: ${stats.totalSizeBytes.toLocaleString('en-US')} bytes`,
      '- Evictions: 0',
      '- Errors: 0',
    ]);
  },
);

list.add('reads', 'get and lookup count a hit or a miss each.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', null);
  await cache.get('key');
  await cache.lookup('key');
  await cache.get('other');
  await cache.get('other', 'default');
  await cache.lookup('other');
  await expectCounts('hits and misses', cache, { hitCount: 2, missCount: 3 });
});

list.add('batched-reads', 'getMany counts a hit or a miss for each key.', async (scene) => {
  const cache = await scene.open();
  await cache.setMany([
    ['a', 1],
    ['b', 2],
  ]);
  await cache.getMany(['a', 'b', 'c']);
  await expectCounts('hits and misses', cache, { hitCount: 2, missCount: 1 });
});

list.add('get-or-set', 'getOrSet counts a miss and a set the first time, a hit the second.', async (scene) => {
  const cache = await scene.open();
  await cache.getOrSet('key', () => 1);
  await expectCounts('the counters after the first call', cache, { hitCount: 0, missCount: 1, setCount: 1 });
  await cache.getOrSet('key', () => 2);
  await expectCounts('the counters after the second call', cache, { hitCount: 1, missCount: 1, setCount: 1 });
});

list.add('rates', 'hitRate and missRate are percentages of all reads, from 0 to 100.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 1);
  await cache.get('key');
  await expectCounts('the rates after one hit', cache, { hitRate: 100, missRate: 0 });
  for (let read = 0; read < 3; read++) await cache.get('other');
  await expectCounts('the rates after one hit and three misses', cache, { hitRate: 25, missRate: 75 });
});

list.add('rate-of-misses', 'Only misses make a hitRate of 0 and a missRate of 100.', async (scene) => {
  const cache = await scene.open();
  await cache.get('key');
  await expectCounts('the rates after one miss', cache, { hitRate: 0, missRate: 100 });
});

list.add(
  'asking-counts-nothing',
  'exists, getMetadata, keys and getStats count neither hits nor misses.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1);
    const before = await cache.getStats();
    await scene.advance(2_000);
    for (const key of ['key', 'other']) {
      await cache.exists(key);
      await cache.getMetadata(key);
    }
    for await (const _key of cache.keys()) await cache.getStats();
    expectEqual('the statistics', await cache.getStats(), before);
  },
);

list.add('writes', 'setCount counts the entries stored, overwrites and batches included.', async (scene) => {
  const cache = await scene.open();
  await cache.set('a', 1);
  await cache.set('a', 2);
  await cache.setMany([
    ['b', 1],
    ['c', 1],
  ]);
  await expectCounts('setCount', cache, { setCount: 4 });
});

list.add('deletes', 'deleteCount counts the entries that a delete found.', async (scene) => {
  const cache = await scene.open();
  await cache.setMany([
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ]);
  await cache.delete('a');
  await cache.delete('a');
  await cache.delete('missing');
  await cache.deleteMany(['b', 'missing', 'c']);
  await expectCounts('the counters', cache, { deleteCount: 3, evictionCount: 0, expiredCount: 0 });
});

list.add('mistakes-count-nothing', "A caller's mistake changes no counter.", async (scene) => {
  const cache = await scene.open();
  const before = await cache.getStats();
  await expectRejection("set('')", 'CACHE_INVALID_KEY', () => cache.set('', 1));
  await expectRejection("get('')", 'CACHE_INVALID_KEY', () => cache.get(''));
  await expectRejection('set() of undefined', 'CACHE_UNSERIALIZABLE', () => cache.set('key', undefined));
  await expectRejection('set() with a ttl of 0', 'CACHE_INVALID_TTL', () => cache.set('key', 1, { ttl: 0 }));
  expectEqual('the statistics', await cache.getStats(), before);
});

list.add('frozen', 'getStats gives a frozen snapshot, which later operations do not change.', async (scene) => {
  const cache = await scene.open();
  const stats = await cache.getStats();
  expectThat('a frozen object', Object.isFrozen(stats), new Words('one that can be changed'));
  const copy = { ...stats };
  await cache.set('key', 1);
  await cache.get('key');
  expectEqual('the snapshot given earlier', { ...stats }, copy);
});

list.add(
  'totals',
  'totalEntries and totalSizeBytes are what is held, after sets, overwrites, deletes and clear.',
  async (scene) => {
    const cache = await scene.open();
    const expectTotals = async (keys: readonly string[]) => {
      let totalSizeBytes = 0;
      for (const key of keys) totalSizeBytes += (await metadataOf(cache, key)).sizeBytes;
      await expectCounts('the totals', cache, { totalEntries: keys.length, totalSizeBytes });
    };
    await cache.set('a', 'x'.repeat(100));
    await cache.set('b', new Uint8Array(500));
    await expectTotals(['a', 'b']);
    await cache.set('a', 'x'.repeat(10));
    await expectTotals(['a', 'b']);
    await cache.set('a', { larger: 'é'.repeat(300) });
    await expectTotals(['a', 'b']);
    await cache.delete('b');
    await expectTotals(['a']);
    await cache.clear();
    await expectTotals([]);
  },
);

list.add(
  'expiries',
  'Entries removed because they expired count as expired, not as evicted or deleted.',
  async (scene) => {
    const cache = await scene.open({ cleanupIntervalSeconds: 0 });
    await cache.setMany([
      ['a', 1, { ttl: 1 }],
      ['b', 1, { ttl: 1 }],
      ['c', 1],
    ]);
    await scene.advance(2_000);
    await cache.cleanup();
    await expectCounts('the counters', cache, { expiredCount: 2, evictionCount: 0, deleteCount: 0, totalEntries: 1 });
  },
);

list.add('expiries-counted-once', 'An entry that expired is counted once, whoever meets it.', async (scene) => {
  const cache = await scene.open({ cleanupIntervalSeconds: 0 });
  await cache.set('key', 1, { ttl: 1 });
  await scene.advance(2_000);
  for (let read = 0; read < 3; read++) await cache.get('key');
  await cache.cleanup();
  await cache.cleanup();
  await expectCounts('the counters', cache, { expiredCount: 1, missCount: 3, totalEntries: 0 });
});

list.add(
  'clear-keeps-counters',
  'clear empties the totals and leaves the counters, without counting deletes or evictions.',
  async (scene) => {
    const cache = await scene.open();
    await cache.setMany([
      ['a', 1],
      ['b', 2],
    ]);
    await cache.get('a');
    await cache.clear();
    await expectCounts('the statistics', cache, {
      totalEntries: 0,
      totalSizeBytes: 0,
      hitCount: 1,
      setCount: 2,
      deleteCount: 0,
      evictionCount: 0,
      expiredCount: 0,
    });
  },
);

list.add('last-update', 'lastUpdatedAt is the time of the last counted operation.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 1);
  await expectCounts('after a set', cache, { lastUpdatedAt: scene.now() });
  await scene.advance(500);
  await cache.get('key');
  await expectCounts('after a get', cache, { lastUpdatedAt: scene.now() });
});

list.add('concurrent', 'Counters are exact when operations run at once.', async (scene) => {
  const cache = await scene.open();
  const keys = ['a', 'b', 'c', 'd'];
  await Promise.all(keys.map((key) => cache.set(key, key)));
  const reads = Array.from({ length: 100 }, (_, index) =>
    cache.get(index % 5 === 4 ? 'missing' : (keys[index % 5] ?? '')),
  );
  await Promise.all([...reads, cache.delete('missing')]);
  await expectCounts('the counters', cache, { setCount: 4, hitCount: 80, missCount: 20, deleteCount: 0, hitRate: 80 });
});
