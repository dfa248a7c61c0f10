import { CheckList } from '../check.js';
import { expectEqual, expectRejection } from '../expect.js';
import { listedKeys, metadataOf } from './helpers.js';

const list = new CheckList('batches');
export const batchChecks = list.checks;

list.add(
  'get-many',
  'getMany gives the hits in the order of the keys asked for, and leaves misses out.',
  async (scene) => {
    const cache = await scene.open();
    await cache.setMany([
      ['a', 1],
      ['b', null],
      ['c', [3]],
    ]);
    const found = await cache.getMany(['c', 'missing', 'b', 'a']);
    expectEqual(
      'getMany()',
      [...found],
      [
        ['c', [3]],
        ['b', null],
        ['a', 1],
      ],
    );
  },
);

list.add('get-many-of-nothing', 'getMany of no keys is an empty Map.', async (scene) => {
  const cache = await scene.open();
  expectEqual('getMany([])', await cache.getMany([]), new Map());
});

list.add('get-many-twice-the-same', 'getMany may be asked for a key twice.', async (scene) => {
  const cache = await scene.open();
  await cache.set('a', 1);
  expectEqual('getMany()', await cache.getMany(['a', 'a', 'missing', 'missing']), new Map([['a', 1]]));
});

list.add(
  'set-many',
  'setMany stores every entry with its own options, and returns how many it stored.',
  async (scene) => {
    const cache = await scene.open({ defaultTtl: 100 });
    const stored = await cache.setMany([
      ['a', 1],
      ['b', 2, { ttl: 5 }],
      ['c', 3, { ttl: null, tags: ['t'] }],
    ]);
    expectEqual('setMany()', stored, 3);
    expectEqual('getMany()', [...(await cache.getMany(['a', 'b', 'c'])).values()], [1, 2, 3]);
    expectEqual("ttlSeconds of 'a'", (await metadataOf(cache, 'a')).ttlSeconds, 100);
    expectEqual("ttlSeconds of 'b'", (await metadataOf(cache, 'b')).ttlSeconds, 5);
    expectEqual("tags of 'c'", (await metadataOf(cache, 'c')).tags, ['t']);
  },
);

list.add('set-many-of-any-iterable', 'setMany takes any iterable of pairs: a Map, a generator.', async (scene) => {
  const cache = await scene.open();
  expectEqual(
    'setMany() of a Map',
    await cache.setMany(
      new Map<string, unknown>([
        ['a', 1],
        ['b', 2],
      ]),
    ),
    2,
  );
  function* pairs(): Generator<readonly [string, number]> {
    yield ['c', 3];
    yield ['d', 4];
  }
  expectEqual('setMany() of a generator', await cache.setMany(pairs()), 2);
  expectEqual('setMany() of nothing', await cache.setMany([]), 0);
  expectEqual('the listed keys', await listedKeys(cache), ['a', 'b', 'c', 'd']);
});

list.add('set-many-twice-the-same', 'Of two entries of one key in a setMany the later one stays.', async (scene) => {
  const cache = await scene.open();
  await cache.setMany([
    ['a', 'first'],
    ['b', 1],
    ['a', 'second'],
  ]);
  expectEqual("get('a')", await cache.get('a'), 'second');
});

list.add(
  'mistake-stores-nothing',
  'One mistake in a setMany rejects, and none of its entries is stored.',
  async (scene) => {
    const cache = await scene.open();
    await expectRejection('setMany() with an empty key', 'CACHE_INVALID_KEY', () =>
      cache.setMany([
        ['a', 1],
        ['', 2],
      ]),
    );
    await expectRejection('setMany() with undefined', 'CACHE_UNSERIALIZABLE', () =>
      cache.setMany([
        ['a', 1],
        ['b', undefined],
      ]),
    );
    await expectRejection('setMany() with a ttl of 0', 'CACHE_INVALID_TTL', () =>
      cache.setMany([
        ['a', 1],
        ['b', 2, { ttl: 0 }],
      ]),
    );
    expectEqual('the listed keys', await listedKeys(cache), []);
  },
);

list.add('delete-many', 'deleteMany removes the keys and returns how many were there.', async (scene) => {
  const cache = await scene.open();
  await cache.setMany([
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ]);
  expectEqual('deleteMany()', await cache.deleteMany(['a', 'missing', 'c', 'a']), 2);
  expectEqual('deleteMany([])', await cache.deleteMany([]), 0);
  expectEqual('the listed keys', await listedKeys(cache), ['b']);
});

list.add('no-array-refused', 'getMany and deleteMany refuse what is no array of keys.', async (scene) => {
  const cache = await scene.open();
  for (const keys of ['ab', undefined, null, 5, { 0: 'a', length: 1 }, [['a']]]) {
    // Programs without types pass anything.
    const asKeys = keys as unknown as string[];
    await expectRejection('getMany()', 'CACHE_INVALID_KEY', () => cache.getMany(asKeys));
    await expectRejection('deleteMany()', 'CACHE_INVALID_KEY', () => cache.deleteMany(asKeys));
  }
});

list.add(
  'large',
  'Batches of a thousand entries work.',
  async (scene) => {
    const cache = await scene.open();
    const entries = Array.from({ length: 1_000 }, (_, index) => [`key ${index}`, index] as const);
    const keys = entries.map(([key]) => key);
    expectEqual('setMany()', await cache.setMany(entries), 1_000);
    expectEqual(
      'getMany()',
      [...(await cache.getMany(keys))],
      entries.map(([key, value]) => [key, value]),
    );
    expectEqual('deleteMany()', await cache.deleteMany(keys.slice(0, 999)), 999);
    expectEqual('the listed keys', await listedKeys(cache), ['key 999']);
  },
  { entries: 1_000, sizeBytes: 8 << 20 },
);
