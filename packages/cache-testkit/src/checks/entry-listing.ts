import type { CacheManager, ListOptions } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import { expectEqual, expectRejection } from '../expect.js';
import { collect } from './helpers.js';

const list = new CheckList('keys');
export const entryListingChecks = list.checks;

/** The keys that both listings give. */
async function listed(cache: CacheManager, options: ListOptions): Promise<string[]> {
  const keys = (await collect(cache.keys(options))).sort();
  const entries = (await collect(cache.entries(options))).map(({ key }) => key).sort();
  expectEqual('the keys of entries() beside those of keys()', entries, keys);
  return keys;
}

list.add(
  'entries',
  'entries() gives the metadata of every live entry, as getMetadata does, and touches nothing.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('a', 'value', { ttl: '60s', tags: ['x', 'y'] });
    await cache.set('b', [1, 2, 3]);
    await cache.set('gone', 1, { ttl: '1s' });
    await cache.get('a');
    await scene.advance(5_000);
    const entries = await collect(cache.entries());
    const expected = [await cache.getMetadata('a'), await cache.getMetadata('b')];
    expectEqual(
      'entries()',
      entries.sort((one, other) => (one.key < other.key ? -1 : 1)),
      expected,
    );
    const { hitCount, missCount } = await cache.getStats();
    expectEqual('hitCount and missCount', { hitCount, missCount }, { hitCount: 1, missCount: 0 });
  },
);

list.add(
  'filters',
  'keys() and entries() give the entries of a tag, an age and a size alone; what is asked for adds up.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('old', 'x'.repeat(100), { tags: ['x'] });
    await scene.advance(60_000);
    await cache.set('new', 'x'.repeat(1_000), { tags: ['x', 'y'] });
    await cache.set('other', 1, { tags: ['y'] });
    expectEqual("with the tag 'x'", await listed(cache, { tag: 'x' }), ['new', 'old']);
    expectEqual("with the tag 'xy'", await listed(cache, { tag: 'xy' }), []);
    expectEqual('of an age of 60 s', await listed(cache, { olderThan: '60s' }), ['old']);
    expectEqual('of an age of 61 s', await listed(cache, { olderThan: 61 }), []);
    expectEqual('younger than 60 s', await listed(cache, { youngerThan: 60 }), ['new', 'other']);
    expectEqual('of 500 bytes and more', await listed(cache, { minSizeBytes: 500 }), ['new']);
    expectEqual('of 500 bytes and less', await listed(cache, { maxSizeBytes: 500 }), ['old', 'other']);
    expectEqual("with 'y', a prefix and an age", await listed(cache, { tag: 'y', prefix: 'n', youngerThan: '1m' }), [
      'new',
    ]);
    const exact = { ...(await cache.getMetadata('new')) }.sizeBytes;
    expectEqual('of exactly its size', await listed(cache, { minSizeBytes: exact, maxSizeBytes: exact }), ['new']);
    expectEqual('of options left undefined', await listed(cache, { tag: undefined, prefix: undefined }), [
      'new',
      'old',
      'other',
    ]);
  },
);

list.add(
  'filters-checked',
  'keys() and entries() reject with CACHE_INVALID_CONFIG what is no filter.',
  async (scene) => {
    const cache = await scene.open();
    const wrong: unknown[] = [
      { tag: 1 },
      { tag: '' },
      { olderThan: -1 },
      { olderThan: 'yesterday' },
      { youngerThan: null },
      { minSizeBytes: 0.5 },
      { maxSizeBytes: '1kb' },
      { prefx: 'a' },
      'a',
    ];
    for (const options of wrong) {
      // Programs without types pass anything.
      const given = options as ListOptions;
      await expectRejection('keys() with such options', 'CACHE_INVALID_CONFIG', () => collect(cache.keys(given)));
      await expectRejection('entries() with such options', 'CACHE_INVALID_CONFIG', () => collect(cache.entries(given)));
    }
  },
);

list.add(
  'entries-of-namespaces',
  'entries() of a namespace gives its own entries, under their keys and tags there.',
  async (scene) => {
    const cache = await scene.open();
    const users = cache.namespace('users');
    await cache.set('a', 1, { tags: ['tag'] });
    await users.set('a', 2, { tags: ['tag'] });
    await users.set('b', 3);
    const found = await collect(users.entries({ tag: 'tag' }));
    expectEqual('entries() with a tag', found, [await users.getMetadata('a')]);
    expectEqual('keys and tags of entries()', await listed(users, {}), ['a', 'b']);
    expectEqual('tags', found[0]?.tags, ['tag']);
    expectEqual("keys of the cache with the tag 'tag'", await listed(cache, { tag: 'tag' }), ['a']);
  },
);
