import { CheckList } from '../check.js';
import { expectEqual, expectThat } from '../expect.js';
import type { Scene } from '../scene.js';
import { fill, listedKeys, metadataOf, openEvicting, survivors } from './helpers.js';

const list = new CheckList('limits', ['byteLimit']);
export const byteLimitChecks = list.checks;

const EVICTS = { needs: ['evicts'] } as const;

/** What the backend takes for the size of `value`, found out on a store of its own. */
async function sizeOf(scene: Scene, value: unknown): Promise<number> {
  const cache = await scene.open({}, 'another store, to measure');
  await cache.set('key', value);
  const { sizeBytes } = await metadataOf(cache, 'key');
  await cache.close();
  return sizeBytes;
}

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
  EVICTS,
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
  EVICTS,
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
  EVICTS,
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
);

list.add('oversize-leaves-old', 'A refused overwrite leaves the old value, its ttl and its tags.', async (scene) => {
  const cache = await scene.open({ maxSizeBytes: 10_000 });
  await cache.set('key', 'old', { ttl: 100, tags: ['old'] });
  expectEqual('set() of 30,000 bytes', await cache.set('key', 'x'.repeat(30_000), { ttl: 5 }), false);
  expectEqual("get('key')", await cache.get('key'), 'old');
  const { ttlSeconds, tags } = await metadataOf(cache, 'key');
  expectEqual('its ttl and tags', { ttlSeconds, tags }, { ttlSeconds: 100, tags: ['old'] });
});

list.add('oversize-in-a-batch', 'setMany stores what fits, and does not count what was refused.', async (scene) => {
  const cache = await scene.open({ maxSizeBytes: 10_000 });
  const stored = await cache.setMany([
    ['a', 1],
    ['large', 'x'.repeat(30_000)],
    ['b', 2],
  ]);
  expectEqual('setMany()', stored, 2);
  expectEqual('the listed keys', await listedKeys(cache), ['a', 'b']);
});

list.add('oversize-is-still-computed', 'getOrSet returns a value that is too large to be stored.', async (scene) => {
  const cache = await scene.open({ maxSizeBytes: 10_000 });
  const large = 'x'.repeat(30_000);
  expectEqual('getOrSet()', await cache.getOrSet('key', () => large), large);
  expectEqual("exists('key')", await cache.exists('key'), false);
});
