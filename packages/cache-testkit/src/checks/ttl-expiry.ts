import { CheckList } from '../check.js';
import { expectEqual } from '../expect.js';
import { listedKeys, metadataOf } from './helpers.js';

const list = new CheckList('ttl');
export const expiryChecks = list.checks;

const EXACT = { needs: ['exactClock'] } as const;

list.add(
  'live-until-the-end',
  'An entry is there one millisecond before its time to live is over.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1, { ttl: 10 });
    await scene.advance(9_999);
    expectEqual("exists('key') after 9,999 of 10,000 ms", await cache.exists('key'), true);
    expectEqual("get('key') after 9,999 of 10,000 ms", await cache.get('key'), 1);
    expectEqual('isExpired', (await metadataOf(cache, 'key')).isExpired, false);
  },
  EXACT,
);

list.add(
  'gone-at-the-end',
  'An entry is expired at the very millisecond createdAt + ttl, not one later.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1, { ttl: 10 });
    await scene.advance(10_000);
    expectEqual("get('key') after 10,000 of 10,000 ms", await cache.get('key'), undefined);
    expectEqual("exists('key') after 10,000 of 10,000 ms", await cache.exists('key'), false);
  },
  EXACT,
);

list.add(
  'milliseconds',
  'A ttl below a second expires by the millisecond.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('number', 1, { ttl: 0.25 });
    await cache.set('duration', 1, { ttl: '250ms' });
    await scene.advance(249);
    expectEqual("get('number') after 249 ms", await cache.get('number'), 1);
    expectEqual("get('duration') after 249 ms", await cache.get('duration'), 1);
    await scene.advance(1);
    expectEqual("get('number') after 250 ms", await cache.get('number'), undefined);
    expectEqual("get('duration') after 250 ms", await cache.get('duration'), undefined);
  },
  EXACT,
);

list.add(
  'expired-is-invisible',
  'No read shows an expired entry: get, lookup, getMany, exists, keys, getMetadata.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1, { ttl: 1 });
    await cache.set('other', 2, { ttl: 100 });
    await scene.advance(2_000);
    expectEqual("exists('key')", await cache.exists('key'), false);
    expectEqual("getMetadata('key')", await cache.getMetadata('key'), undefined);
    expectEqual('the listed keys', await listedKeys(cache), ['other']);
    expectEqual("get('key')", await cache.get('key'), undefined);
    expectEqual("get('key', 'default')", await cache.get('key', 'default'), 'default');
    expectEqual("lookup('key')", await cache.lookup('key'), { hit: false });
    expectEqual('getMany()', await cache.getMany(['key', 'other']), new Map([['other', 2]]));
  },
);

list.add(
  'expired-is-not-deleted-twice',
  'delete and deleteMany of an expired entry find nothing to delete.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('a', 1, { ttl: 1 });
    await cache.set('b', 1, { ttl: 1 });
    await cache.set('live', 1);
    await scene.advance(2_000);
    expectEqual("delete('a')", await cache.delete('a'), false);
    expectEqual('deleteMany()', await cache.deleteMany(['a', 'b', 'live']), 1);
    expectEqual('deleteCount', (await cache.getStats()).deleteCount, 1);
  },
);

list.add('expired-read-is-a-miss', 'A read of an expired entry counts as a miss.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 1, { ttl: 1 });
  await scene.advance(2_000);
  await cache.get('key');
  const { hitCount, missCount } = await cache.getStats();
  expectEqual('hits and misses', { hitCount, missCount }, { hitCount: 0, missCount: 1 });
});

list.add('expired-can-be-set', 'An expired key can be set again, and is then as new.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 1, { ttl: 1, tags: ['old'] });
  await scene.advance(2_000);
  expectEqual('set()', await cache.set('key', 2, { ttl: 5 }), true);
  expectEqual("get('key')", await cache.get('key'), 2);
  const { createdAt, tags, ttlSeconds } = await metadataOf(cache, 'key');
  expectEqual('its metadata', { createdAt, tags, ttlSeconds }, { createdAt: scene.now(), tags: [], ttlSeconds: 5 });
});

list.add('expired-is-computed-anew', 'getOrSet of an expired key runs the factory again.', async (scene) => {
  const cache = await scene.open();
  let runs = 0;
  const compute = () => cache.getOrSet('key', () => ++runs, { ttl: 10 });
  expectEqual('the first getOrSet()', await compute(), 1);
  await scene.advance(5_000);
  expectEqual('getOrSet() while live', await compute(), 1);
  await scene.advance(6_000);
  expectEqual('getOrSet() after the ttl', await compute(), 2);
});

list.add(
  'cleanup-counts',
  'cleanup removes what has expired, nothing else, and returns how many entries that were.',
  async (scene) => {
    const cache = await scene.open({ cleanupIntervalSeconds: 0 });
    for (const key of ['a', 'b', 'c']) await cache.set(key, 1, { ttl: 1 });
    await cache.set('later', 1, { ttl: 100 });
    await cache.set('never', 1, { ttl: null });
    expectEqual('cleanup() before anything expired', await cache.cleanup(), 0);
    await scene.advance(2_000);
    expectEqual('cleanup()', await cache.cleanup(), 3);
    expectEqual('cleanup() again', await cache.cleanup(), 0);
    expectEqual('the listed keys', await listedKeys(cache), ['later', 'never']);
    expectEqual('totalEntries', (await cache.getStats()).totalEntries, 2);
  },
);

list.add(
  'cleanup-spares-replaced',
  'cleanup spares a key that expired and is set again, also while cleanup runs.',
  async (scene) => {
    const cache = await scene.open({ cleanupIntervalSeconds: 0 });
    // The set comes at a different point of the cleanup each time.
    for (let turns = 0; turns < 6; turns++) {
      await cache.set('key', 'old', { ttl: 1 });
      await scene.advance(2_000);
      const cleaning = cache.cleanup();
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      expectEqual('set() while cleanup runs', await cache.set('key', 'new', { ttl: 100 }), true);
      await cleaning;
      expectEqual("get('key') after both", await cache.get('key'), 'new');
      await cache.cleanup();
      expectEqual("get('key') after another cleanup", await cache.get('key'), 'new');
    }
  },
);

list.add('automatic-cleanup', 'The timer removes what has expired, without a call.', async (scene) => {
  const cache = await scene.open({ cleanupIntervalSeconds: 60 });
  for (const key of ['a', 'b', 'c']) await cache.set(key, 1, { ttl: 10 });
  await cache.set('live', 1, { ttl: '1h' });
  await scene.advance(61_000);
  await scene.eventually(
    'one of four entries to remain after the timer fired',
    async () => (await cache.getStats()).totalEntries === 1,
  );
  expectEqual('expiredCount', (await cache.getStats()).expiredCount, 3);
});

list.add(
  'future-is-a-miss',
  'An entry dated more than a minute ahead, set under a wrong clock, is a miss.',
  async (scene) => {
    const cache = await scene.open({ cleanupIntervalSeconds: 0 });
    await cache.set('key', 1);
    await scene.advance(-3_600_000);
    expectEqual("get('key') one hour before it was set", await cache.get('key'), undefined);
    expectEqual("exists('key') one hour before it was set", await cache.exists('key'), false);
    expectEqual("set('key') by the right clock", await cache.set('key', 2), true);
    expectEqual("get('key')", await cache.get('key'), 2);
  },
  EXACT,
);

list.add(
  'clock-may-step-back',
  'A clock that steps back by some seconds loses nothing.',
  async (scene) => {
    const cache = await scene.open({ cleanupIntervalSeconds: 0 });
    await cache.set('key', 1, { ttl: 100 });
    await scene.advance(-5_000);
    expectEqual("get('key') 5 seconds before it was set", await cache.get('key'), 1);
    expectEqual('ageSeconds, never below 0', (await metadataOf(cache, 'key')).ageSeconds, 0);
  },
  EXACT,
);
