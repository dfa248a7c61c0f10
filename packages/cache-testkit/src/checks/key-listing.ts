import { CheckList } from '../check.js';
import { expectEqual, expectRejection } from '../expect.js';
import { collect, listedKeys } from './helpers.js';

const list = new CheckList('keys');
export const keyListingChecks = list.checks;

const NAMESPACED = ['user', 'users', 'users:1', 'users:2', 'users:archive:1', 'Users:1', 'customers', 'xusers:1'];

list.add(
  'listed-once',
  'keys() gives every key once, overwritten ones too, and none that was deleted.',
  async (scene) => {
    const cache = await scene.open();
    for (const key of ['a', 'b', 'c', 'a', 'b', 'a']) await cache.set(key, 1);
    await cache.delete('b');
    expectEqual('the listed keys', await listedKeys(cache), ['a', 'c']);
  },
);

list.add('listing-of-empty', 'keys() of an empty cache ends without a key.', async (scene) => {
  const cache = await scene.open();
  expectEqual('the listed keys', await listedKeys(cache), []);
});

list.add('prefix', 'keys({ prefix }) gives exactly the keys that start with the prefix.', async (scene) => {
  const cache = await scene.open();
  for (const key of NAMESPACED) await cache.set(key, 1);
  expectEqual("keys with the prefix 'users:'", await listedKeys(cache, 'users:'), [
    'users:1',
    'users:2',
    'users:archive:1',
  ]);
  expectEqual("keys with the prefix 'users:a'", await listedKeys(cache, 'users:a'), ['users:archive:1']);
  expectEqual("keys with the prefix 'nobody'", await listedKeys(cache, 'nobody'), []);
  expectEqual("keys with the prefix 'users'", await listedKeys(cache, 'users'), [
    'users',
    'users:1',
    'users:2',
    'users:archive:1',
  ]);
});

list.add('prefix-of-whole-key', 'A prefix that is a whole key includes that key.', async (scene) => {
  const cache = await scene.open();
  await cache.set('exact', 1);
  await cache.set('exac', 1);
  expectEqual("keys with the prefix 'exact'", await listedKeys(cache, 'exact'), ['exact']);
});

list.add('prefix-empty', 'An empty prefix gives every key.', async (scene) => {
  const cache = await scene.open();
  for (const key of NAMESPACED) await cache.set(key, 1);
  expectEqual("keys with the prefix ''", await listedKeys(cache, ''), [...NAMESPACED].sort());
});

list.add('prefix-is-literal', 'A prefix is neither a path, nor a pattern, nor cut at a separator.', async (scene) => {
  const cache = await scene.open();
  const keys = ['a.c', 'abc', 'a*', '../up', 'up', '[x]', 'x', '%'];
  for (const key of keys) await cache.set(key, 1);
  expectEqual("keys with the prefix 'a.'", await listedKeys(cache, 'a.'), ['a.c']);
  expectEqual("keys with the prefix 'a*'", await listedKeys(cache, 'a*'), ['a*']);
  expectEqual("keys with the prefix '../'", await listedKeys(cache, '../'), ['../up']);
  expectEqual("keys with the prefix './'", await listedKeys(cache, './'), []);
  expectEqual("keys with the prefix '['", await listedKeys(cache, '['), ['[x]']);
  expectEqual("keys with the prefix '%'", await listedKeys(cache, '%'), ['%']);
  expectEqual("keys with the prefix '.*'", await listedKeys(cache, '.*'), []);
});

list.add('prefix-is-exact', 'A prefix is compared with letter case and Unicode form.', async (scene) => {
  const cache = await scene.open();
  for (const key of ['Team:1', 'team:1', '\u00e9:1', 'e\u0301:1']) await cache.set(key, 1);
  expectEqual("keys with the prefix 'team'", await listedKeys(cache, 'team'), ['team:1']);
  expectEqual("keys with the prefix 'e'", await listedKeys(cache, 'e'), ['e\u0301:1']);
  expectEqual("keys with the prefix '\u00e9'", await listedKeys(cache, '\u00e9'), ['\u00e9:1']);
});

list.add('prefix-not-text-refused', 'A prefix that is no string rejects with a CacheError.', async (scene) => {
  const cache = await scene.open();
  for (const prefix of [1, null, {}, /a/, true]) {
    await expectRejection('keys() with such a prefix', 'CACHE_INVALID_KEY', () =>
      // Programs without types pass anything.
      collect(cache.keys({ prefix: prefix as string })),
    );
  }
});

list.add(
  'listing-may-stop',
  'A caller may leave the iteration of keys() early; the cache goes on working and closes.',
  async (scene) => {
    const cache = await scene.open();
    for (const key of ['a', 'b', 'c', 'd']) await cache.set(key, key);
    let seen = 0;
    for await (const _key of cache.keys()) if (++seen === 2) break;
    expectEqual('set() after the iteration was left', await cache.set('e', 'e'), true);
    expectEqual('the listed keys afterwards', await listedKeys(cache), ['a', 'b', 'c', 'd', 'e']);
  },
);

list.add('listing-while-changing', 'Entries may be removed and replaced while keys() is iterated.', async (scene) => {
  const cache = await scene.open();
  const all = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (const key of all) await cache.set(key, 1);
  const seen: string[] = [];
  for await (const key of cache.keys()) {
    seen.push(key);
    if (seen.length % 2 === 1) await cache.delete(key);
    else await cache.set(key, 2);
  }
  expectEqual('the keys seen, each once', seen.sort(), all);
});
