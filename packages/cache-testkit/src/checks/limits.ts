import type { CacheManager } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import { expectEqual, expectThat } from '../expect.js';
import type { Scene } from '../scene.js';
import type { CacheConfig } from '../target.js';
import { listedKeys, metadataOf, survivors } from './helpers.js';

const list = new CheckList('limits');
export const limitChecks = list.checks;

const BY_ENTRIES = { needs: ['evicts'] } as const;
const BY_BYTES = { needs: ['evictsBytes'] } as const;
const REFUSES_BYTES = { needs: ['byteLimit'] } as const;

/** A cache that evicts, whatever policy is the backend's default. */
function openEvicting(scene: Scene, config: CacheConfig): Promise<CacheManager> {
  return scene.open({ evictionPolicy: scene.evictingPolicy, ...config });
}

/** Stores `key 0`, `key 1`, …, a second apart, so that every policy can tell them apart. */
async function fill(scene: Scene, cache: CacheManager, count: number, value: unknown = 1): Promise<string[]> {
  const keys: string[] = [];
  for (let index = 0; index < count; index++) {
    const key = `key ${index}`;
    await cache.set(key, value);
    await scene.advance(1_000);
    keys.push(key);
  }
  return keys;
}

/** What the backend takes for the size of `value`, found out on a store of its own. */
async function sizeOf(scene: Scene, value: unknown): Promise<number> {
  const cache = await scene.open({}, 'another store, to measure');
  await cache.set('key', value);
  const { sizeBytes } = await metadataOf(cache, 'key');
  await cache.close();
  return sizeBytes;
}

list.add(
  'entries',
  'There are never more than maxEntries entries after a set.',
  async (scene) => {
    const cache = await openEvicting(scene, { maxEntries: 5 });
    for (let index = 0; index < 20; index++) {
      expectEqual('set()', await cache.set(`key ${index}`, index), true);
      const { totalEntries } = await cache.getStats();
      expectThat('totalEntries of at most 5', totalEntries <= 5, totalEntries);
      expectEqual('the value just set', await cache.get(`key ${index}`), index);
    }
    const keys = await listedKeys(cache);
    expectThat('at most 5 listed keys', keys.length <= 5, keys);
  },
  BY_ENTRIES,
);

list.add(
  'fill-to-the-limit',
  'A cache holds as many entries as maxEntries says, and evicts none before it has more.',
  async (scene) => {
    const cache = await openEvicting(scene, { maxEntries: 6 });
    const keys = await fill(scene, cache, 6);
    expectEqual('the keys still there', await survivors(cache, keys), keys);
    expectEqual('evictionCount', (await cache.getStats()).evictionCount, 0);
  },
  BY_ENTRIES,
);

list.add(
  'one-entry',
  'A limit of one entry keeps the entry set last.',
  async (scene) => {
    const cache = await openEvicting(scene, { maxEntries: 1 });
    for (const key of ['a', 'b', 'c']) {
      expectEqual('set()', await cache.set(key, key), true);
      expectEqual('get() of the key just set', await cache.get(key), key);
      expectEqual('totalEntries', (await cache.getStats()).totalEntries, 1);
    }
  },
  BY_ENTRIES,
);

list.add(
  'evicts-little',
  'One entry too many costs at most a tenth of the limit, and at least one entry.',
  async (scene) => {
    const cache = await openEvicting(scene, { maxEntries: 20 });
    const keys = await fill(scene, cache, 21);
    const left = await survivors(cache, keys);
    expectThat('from 18 to 20 entries left', left.length >= 18 && left.length <= 20, left.length);
  },
  { needs: ['evicts'], entries: 21 },
);

list.add(
  'overwrite-evicts-nothing',
  'A set of an existing key in a full cache evicts nothing.',
  async (scene) => {
    const cache = await openEvicting(scene, { maxEntries: 4 });
    const keys = await fill(scene, cache, 4);
    for (const key of keys) await cache.set(key, 'new');
    expectEqual('the keys still there', await survivors(cache, keys), keys);
    expectEqual('evictionCount', (await cache.getStats()).evictionCount, 0);
  },
  BY_ENTRIES,
);

list.add(
  'delete-makes-room',
  'A delete makes room: the next set evicts nothing.',
  async (scene) => {
    const cache = await openEvicting(scene, { maxEntries: 4 });
    const keys = await fill(scene, cache, 4);
    await cache.delete('key 2');
    await cache.set('new', 1);
    expectEqual('the keys still there', await survivors(cache, [...keys, 'new']), ['key 0', 'key 1', 'key 3', 'new']);
  },
  BY_ENTRIES,
);

list.add(
  'clear-makes-room',
  'A clear makes room for as many entries as the limit allows.',
  async (scene) => {
    const cache = await openEvicting(scene, { maxEntries: 4 });
    await fill(scene, cache, 4);
    await cache.clear();
    const keys = await fill(scene, cache, 4, 'new');
    expectEqual('the keys still there', await survivors(cache, keys), keys);
    expectEqual('evictionCount', (await cache.getStats()).evictionCount, 0);
  },
  BY_ENTRIES,
);

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
  { needs: ['evicts'], entries: 12 },
);

list.add(
  'evicted-is-gone',
  'An evicted entry is gone for every read.',
  async (scene) => {
    const cache = await openEvicting(scene, { maxEntries: 1 });
    await cache.set('old', 1);
    await scene.advance(1_000);
    await cache.set('new', 2);
    expectEqual("get('old')", await cache.get('old'), undefined);
    expectEqual("exists('old')", await cache.exists('old'), false);
    expectEqual("getMetadata('old')", await cache.getMetadata('old'), undefined);
    expectEqual("delete('old')", await cache.delete('old'), false);
    expectEqual('the listed keys', await listedKeys(cache), ['new']);
  },
  BY_ENTRIES,
);

list.add(
  'expired-before-live',
  'Expired entries go before any live one, and count as expired.',
  async (scene) => {
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
  },
  BY_ENTRIES,
);

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
  { needs: ['evicts'], entries: 30 },
);

list.add(
  'bytes',
  'There are never more than maxSizeBytes bytes after a set.',
  async (scene) => {
    const value = 'x'.repeat(1_000);
    const maxSizeBytes = Math.floor((await sizeOf(scene, value)) * 4.5);
    const cache = await openEvicting(scene, { maxSizeBytes });
    for (let index = 0; index < 15; index++) {
      expectEqual('set()', await cache.set(`key ${index}`, value), true);
      const { totalSizeBytes } = await cache.getStats();
      expectThat(`totalSizeBytes of at most ${maxSizeBytes}`, totalSizeBytes <= maxSizeBytes, totalSizeBytes);
      expectEqual('the value just set', await cache.get(`key ${index}`), value);
      await scene.advance(1_000);
    }
    const { length } = await listedKeys(cache);
    expectThat('from 3 to 4 entries, a tenth of the limit being free', length === 3 || length === 4, length);
  },
  BY_BYTES,
);

list.add(
  'bytes-of-utf8',
  'maxSizeBytes counts bytes, not characters.',
  async (scene) => {
    const cache = await openEvicting(scene, { maxSizeBytes: 10_000 });
    // 3,000 bytes in 1,000 characters: a fourth one does not fit.
    for (let index = 0; index < 8; index++) await cache.set(`key ${index}`, '€'.repeat(1_000));
    const { length } = await listedKeys(cache);
    expectThat('from 1 to 3 entries of 3,000 bytes in 10,000', length >= 1 && length <= 3, length);
  },
  BY_BYTES,
);

list.add(
  'bytes-after-overwrite',
  'An entry that grows by an overwrite makes others go, never itself.',
  async (scene) => {
    const [small, large] = ['x'.repeat(1_000), 'x'.repeat(3_000)];
    const smallSize = await sizeOf(scene, small);
    const cache = await openEvicting(scene, { maxSizeBytes: Math.floor(smallSize * 4.5) });
    await fill(scene, cache, 4, small);
    expectEqual('set() of a larger value', await cache.set('key 0', large), true);
    expectEqual("get('key 0')", await cache.get('key 0'), large);
    const { totalSizeBytes } = await cache.getStats();
    expectThat(`totalSizeBytes of at most ${smallSize * 4.5}`, totalSizeBytes <= smallSize * 4.5, totalSizeBytes);
  },
  BY_BYTES,
);

list.add(
  'oversize-refused',
  'An entry larger than maxSizeBytes is refused with false, and empties nothing.',
  async (scene) => {
    const cache = await scene.open({ maxSizeBytes: 10_000 });
    const keys = await fill(scene, cache, 3, 'small');
    expectEqual('set() of 30,000 bytes', await cache.set('large', 'x'.repeat(30_000)), false);
    expectEqual('set() of 30,000 binary bytes', await cache.set('large', new Uint8Array(30_000)), false);
    expectEqual('the keys still there', await survivors(cache, [...keys, 'large']), keys);
    const { setCount, evictionCount, errorCount } = await cache.getStats();
    expectEqual(
      'the counters',
      { setCount, evictionCount, errorCount },
      { setCount: 3, evictionCount: 0, errorCount: 2 },
    );
  },
  REFUSES_BYTES,
);

list.add(
  'oversize-leaves-old',
  'A refused overwrite leaves the old value, its ttl and its tags.',
  async (scene) => {
    const cache = await scene.open({ maxSizeBytes: 10_000 });
    await cache.set('key', 'old', { ttl: 100, tags: ['old'] });
    expectEqual('set() of 30,000 bytes', await cache.set('key', 'x'.repeat(30_000), { ttl: 5 }), false);
    expectEqual("get('key')", await cache.get('key'), 'old');
    const { ttlSeconds, tags } = await metadataOf(cache, 'key');
    expectEqual('its ttl and tags', { ttlSeconds, tags }, { ttlSeconds: 100, tags: ['old'] });
  },
  REFUSES_BYTES,
);

list.add(
  'oversize-in-a-batch',
  'setMany stores what fits, and does not count what was refused.',
  async (scene) => {
    const cache = await scene.open({ maxSizeBytes: 10_000 });
    const stored = await cache.setMany([
      ['a', 1],
      ['large', 'x'.repeat(30_000)],
      ['b', 2],
    ]);
    expectEqual('setMany()', stored, 2);
    expectEqual('the listed keys', await listedKeys(cache), ['a', 'b']);
  },
  REFUSES_BYTES,
);

list.add(
  'oversize-is-still-computed',
  'getOrSet returns a value that is too large to be stored.',
  async (scene) => {
    const cache = await scene.open({ maxSizeBytes: 10_000 });
    const large = 'x'.repeat(30_000);
    expectEqual('getOrSet()', await cache.getOrSet('key', () => large), large);
    expectEqual("exists('key')", await cache.exists('key'), false);
  },
  REFUSES_BYTES,
);
