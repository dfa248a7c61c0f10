import { CheckList } from '../check.js';
import { expectEqual, expectThat } from '../expect.js';
import { fill, listedKeys, openEvicting, survivors } from './helpers.js';

const list = new CheckList('limits', ['entryLimit', 'evicts']);
export const limitChecks = list.checks;

list.add('entries', 'There are never more than maxEntries entries after a set.', async (scene) => {
  const cache = await openEvicting(scene, { maxEntries: 5 });
  for (let index = 0; index < 20; index++) {
    expectEqual('set()', await cache.set(`key ${index}`, index), true);
    const { totalEntries } = await cache.getStats();
    expectThat('totalEntries of at most 5', totalEntries <= 5, totalEntries);
    expectEqual('the value just set', await cache.get(`key ${index}`), index);
  }
  const keys = await listedKeys(cache);
  expectThat('at most 5 listed keys', keys.length <= 5, keys);
});

list.add(
  'fill-to-the-limit',
  'A cache holds as many entries as maxEntries says, and evicts none before it has more.',
  async (scene) => {
    const cache = await openEvicting(scene, { maxEntries: 6 });
    const keys = await fill(scene, cache, 6);
    expectEqual('the keys still there', await survivors(cache, keys), keys);
    expectEqual('evictionCount', (await cache.getStats()).evictionCount, 0);
  },
);

list.add('one-entry', 'A limit of one entry keeps the entry set last.', async (scene) => {
  const cache = await openEvicting(scene, { maxEntries: 1 });
  for (const key of ['a', 'b', 'c']) {
    expectEqual('set()', await cache.set(key, key), true);
    expectEqual('get() of the key just set', await cache.get(key), key);
    expectEqual('totalEntries', (await cache.getStats()).totalEntries, 1);
  }
});

list.add(
  'evicts-little',
  'One entry too many costs at most a tenth of the limit, and at least one entry.',
  async (scene) => {
    const cache = await openEvicting(scene, { maxEntries: 20 });
    const keys = await fill(scene, cache, 21);
    const left = await survivors(cache, keys);
    expectThat('from 18 to 20 entries left', left.length >= 18 && left.length <= 20, left.length);
  },
  { entries: 21 },
);

list.add('overwrite-evicts-nothing', 'A set of an existing key in a full cache evicts nothing.', async (scene) => {
  const cache = await openEvicting(scene, { maxEntries: 4 });
  const keys = await fill(scene, cache, 4);
  for (const key of keys) await cache.set(key, 'new');
  expectEqual('the keys still there', await survivors(cache, keys), keys);
  expectEqual('evictionCount', (await cache.getStats()).evictionCount, 0);
});

list.add('delete-makes-room', 'A delete makes room: the next set evicts nothing.', async (scene) => {
  const cache = await openEvicting(scene, { maxEntries: 4 });
  const keys = await fill(scene, cache, 4);
  await cache.delete('key 2');
  await cache.set('new', 1);
  expectEqual('the keys still there', await survivors(cache, [...keys, 'new']), ['key 0', 'key 1', 'key 3', 'new']);
});

list.add('clear-makes-room', 'A clear makes room for as many entries as the limit allows.', async (scene) => {
  const cache = await openEvicting(scene, { maxEntries: 4 });
  await fill(scene, cache, 4);
  await cache.clear();
  const keys = await fill(scene, cache, 4, 'new');
  expectEqual('the keys still there', await survivors(cache, keys), keys);
  expectEqual('evictionCount', (await cache.getStats()).evictionCount, 0);
});

list.add(
  'evictions-counted',
  'evictionCount is the number of live entries that had to go.',
  async (scene) => {
    const cache = await openEvicting(scene, { maxEntries: 5 });
    const keys = await fill(scene, cache, 12);
    const left = await survivors(cache, keys);
    const { evictionCount, expiredCount, deleteCount, totalEntries } = await cache.getStats();
    expectEqual(
      'the counters',
      { evictionCount, expiredCount, deleteCount, totalEntries },
      { evictionCount: 12 - left.length, expiredCount: 0, deleteCount: 0, totalEntries: left.length },
    );
  },
  { entries: 12 },
);

list.add('evicted-is-gone', 'An evicted entry is gone for every read.', async (scene) => {
  const cache = await openEvicting(scene, { maxEntries: 1 });
  await cache.set('old', 1);
  await scene.advance(1_000);
  await cache.set('new', 2);
  expectEqual("get('old')", await cache.get('old'), undefined);
  expectEqual("exists('old')", await cache.exists('old'), false);
  expectEqual("getMetadata('old')", await cache.getMetadata('old'), undefined);
  expectEqual("delete('old')", await cache.delete('old'), false);
  expectEqual('the listed keys', await listedKeys(cache), ['new']);
});

list.add('expired-before-live', 'Expired entries go before any live one, and count as expired.', async (scene) => {
  const cache = await openEvicting(scene, { maxEntries: 4, cleanupIntervalSeconds: 0 });
  await cache.set('live 1', 1);
  await scene.advance(1_000);
  await cache.set('live 2', 1);
  await scene.advance(1_000);
  await cache.set('short 1', 1, { ttl: 1 });
  await cache.set('short 2', 1, { ttl: 1 });
  await scene.advance(2_000);
  await cache.set('live 3', 1);
  expectEqual('the live keys still there', await survivors(cache, ['live 1', 'live 2', 'live 3']), [
    'live 1',
    'live 2',
    'live 3',
  ]);
  expectEqual('evictionCount', (await cache.getStats()).evictionCount, 0);
  await cache.cleanup();
  expectEqual('expiredCount after a cleanup', (await cache.getStats()).expiredCount, 2);
});

list.add(
  'batches',
  'The limit holds after setMany, getOrSet and concurrent sets too.',
  async (scene) => {
    const cache = await openEvicting(scene, { maxEntries: 5 });
    const keys = Array.from({ length: 15 }, (_, index) => `key ${index}`);
    await cache.setMany(keys.map((key) => [key, 1]));
    expectThat(
      'totalEntries of at most 5 after setMany',
      (await cache.getStats()).totalEntries <= 5,
      await cache.getStats(),
    );
    await Promise.all(keys.map((key) => cache.set(`${key}, concurrent`, 1)));
    expectThat(
      'totalEntries of at most 5 after sets',
      (await cache.getStats()).totalEntries <= 5,
      await cache.getStats(),
    );
    await Promise.all(keys.map((key) => cache.getOrSet(`${key}, computed`, () => 1)));
    expectThat(
      'totalEntries of at most 5 after getOrSet',
      (await cache.getStats()).totalEntries <= 5,
      await cache.getStats(),
    );
    expectEqual('whether any entry is left', (await listedKeys(cache)).length > 0, true);
  },
  { entries: 30 },
);
