import { CheckList } from '../check.js';
import { expectEqual } from '../expect.js';
import { listedKeys } from './helpers.js';

const list = new CheckList('lifecycle');
export const removalChecks = list.checks;

list.add(
  'delete',
  'delete is true if there was a live entry, which is then gone for every read, and false otherwise.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1);
    await cache.set('other', 2);
    expectEqual("delete('missing')", await cache.delete('missing'), false);
    expectEqual("delete('key')", await cache.delete('key'), true);
    expectEqual("delete('key') again", await cache.delete('key'), false);
    expectEqual("get('key')", await cache.get('key'), undefined);
    expectEqual("exists('key')", await cache.exists('key'), false);
    expectEqual("getMetadata('key')", await cache.getMetadata('key'), undefined);
    expectEqual('the listed keys', await listedKeys(cache), ['other']);
    expectEqual("get('other')", await cache.get('other'), 2);
  },
);

list.add('delete-of-null', 'delete of an entry whose value is null or false is true.', async (scene) => {
  const cache = await scene.open();
  for (const value of [null, false, 0, '']) {
    await cache.set('key', value);
    expectEqual("delete('key')", await cache.delete('key'), true);
  }
});

list.add('concurrent-deletes', 'Of concurrent deletes of one entry, one is true.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 1);
  const deleted = await Promise.all(Array.from({ length: 10 }, () => cache.delete('key')));
  expectEqual('deletes that were true', deleted.filter(Boolean).length, 1);
  expectEqual('deleteCount', (await cache.getStats()).deleteCount, 1);
});

list.add(
  'clear',
  'When clear resolves, every entry is gone for every read.',
  async (scene) => {
    const cache = await scene.open();
    const keys = Array.from({ length: 30 }, (_, index) => `key ${index}`);
    for (const key of keys) await cache.set(key, key);
    expectEqual('clear()', await cache.clear(), undefined);
    expectEqual('getMany()', await cache.getMany(keys), new Map());
    expectEqual('the listed keys', await listedKeys(cache), []);
    expectEqual("getMetadata('key 0')", await cache.getMetadata('key 0'), undefined);
    expectEqual("exists('key 29')", await cache.exists('key 29'), false);
    const { totalEntries, totalSizeBytes } = await cache.getStats();
    expectEqual('the totals', { totalEntries, totalSizeBytes }, { totalEntries: 0, totalSizeBytes: 0 });
  },
  { entries: 30 },
);

list.add('clear-of-nothing', 'clear of an empty cache does nothing.', async (scene) => {
  const cache = await scene.open();
  await cache.clear();
  await cache.clear();
  expectEqual('the listed keys', await listedKeys(cache), []);
});

list.add('usable-after-clear', 'A cleared cache takes entries as before, their ttl included.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 1, { ttl: 1 });
  await cache.clear();
  await cache.set('key', 2, { ttl: 100 });
  await scene.advance(2_000);
  expectEqual("get('key') after the ttl of the cleared entry", await cache.get('key'), 2);
});
