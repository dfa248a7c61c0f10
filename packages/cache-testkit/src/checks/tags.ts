import { CheckList } from '../check.js';
import { expectEqual, expectRejection } from '../expect.js';
import { metadataOf } from './helpers.js';

const list = new CheckList('tags');
export const tagChecks = list.checks;

list.add(
  'kept',
  'The tags of a set are in the metadata, in their order; without tags there are none.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('tagged', 1, { tags: ['zebra', 'Ä', 'a b', '__proto__'] });
    await cache.set('untagged', 1);
    await cache.set('empty', 1, { tags: [] });
    expectEqual("tags of 'tagged'", (await metadataOf(cache, 'tagged')).tags, ['zebra', 'Ä', 'a b', '__proto__']);
    expectEqual("tags of 'untagged'", (await metadataOf(cache, 'untagged')).tags, []);
    expectEqual("tags of 'empty'", (await metadataOf(cache, 'empty')).tags, []);
  },
);

list.add('replaced', 'A set of an existing key replaces its tags, with none too.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 1, { tags: ['old', 'kept'] });
  await cache.set('key', 2, { tags: ['kept', 'new'] });
  expectEqual('tags after a set with other tags', (await metadataOf(cache, 'key')).tags, ['kept', 'new']);
  await cache.set('key', 3);
  expectEqual('tags after a set without tags', (await metadataOf(cache, 'key')).tags, []);
});

list.add(
  'copied',
  'What the caller does to its array of tags afterwards changes nothing in the cache.',
  async (scene) => {
    const cache = await scene.open();
    const tags = ['a'];
    await cache.set('key', 1, { tags });
    tags.push('b');
    expectEqual('tags', (await metadataOf(cache, 'key')).tags, ['a']);
  },
);

list.add('of-batches', 'setMany and getOrSet keep tags too.', async (scene) => {
  const cache = await scene.open();
  await cache.setMany([['many', 1, { tags: ['a'] }]]);
  await cache.getOrSet('computed', () => 1, { tags: ['b'] });
  expectEqual('tags of setMany', (await metadataOf(cache, 'many')).tags, ['a']);
  expectEqual('tags of getOrSet', (await metadataOf(cache, 'computed')).tags, ['b']);
});

list.add(
  'invalid-refused',
  'Tags that are no array of texts reject with CACHE_INVALID_CONFIG and store nothing.',
  async (scene) => {
    const cache = await scene.open();
    for (const tags of ['a', 1, null, {}, [1], [''], ['a', undefined], ['\ud800']]) {
      await expectRejection('set() with such tags', 'CACHE_INVALID_CONFIG', () =>
        // Programs without types pass anything.
        cache.set('key', 1, { tags: tags as readonly string[] }),
      );
    }
    expectEqual("get('key')", await cache.get('key'), undefined);
  },
);
