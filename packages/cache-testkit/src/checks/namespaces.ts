import { CheckList } from '../check.js';
import { expectEqual, expectRejection, expectThat, UnmetExpectation } from '../expect.js';
import { show } from '../show.js';
import { listedKeys, metadataOf } from './helpers.js';

const list = new CheckList('namespaces');
export const namespaceChecks = list.checks;

list.add(
  'own-keys',
  'A key in a namespace is another one than in the cache and in every other namespace.',
  async (scene) => {
    const cache = await scene.open();
    const users = cache.namespace('users');
    const teams = cache.namespace('teams');
    await cache.set('1', 'of the cache');
    await users.set('1', 'of users');
    expectEqual("teams.get('1')", await teams.get('1'), undefined);
    await teams.setMany([['1', 'of teams']]);
    expectEqual("cache.get('1')", await cache.get('1'), 'of the cache');
    expectEqual("users.getMany(['1', '2'])", await users.getMany(['1', '2']), new Map([['1', 'of users']]));
    expectEqual("users.deleteMany(['1', '2'])", await users.deleteMany(['1', '2']), 1);
    expectEqual("teams.take('1')", await teams.take('1'), 'of teams');
    expectEqual("cache.get('1') in the end", await cache.get('1'), 'of the cache');
  },
);

list.add('same-name', 'Namespaces of one name are one namespace, and one in a namespace is another.', async (scene) => {
  const cache = await scene.open();
  await cache.namespace('users').set('key', 1);
  expectEqual('get() by a second view', await cache.namespace('users').get('key'), 1);
  const nested = cache.namespace('users').namespace('archive');
  expectEqual('get() in a nested namespace', await nested.get('key'), undefined);
  await nested.set('key', 2);
  expectEqual('get() in a namespace of the same last name', await cache.namespace('archive').get('key'), undefined);
  expectEqual('get() by a second nested view', await cache.namespace('users').namespace('archive').get('key'), 2);
});

list.add(
  'names-apart',
  'Namespaces of different names never meet, whatever their names and keys are made of.',
  async (scene) => {
    const cache = await scene.open();
    const names = ['a', 'a:b', 'a/b', 'A', 'a b', 'a%2Fb', '\u001f', 'a\u001fb', 'ä', 'a\u0308'];
    const views = [...names.map((name) => cache.namespace(name)), cache.namespace('a').namespace('b')];
    for (const [index, view] of views.entries()) await view.set('b:c', index);
    const stored = await Promise.all(views.map((view) => view.get('b:c')));
    expectEqual('what each has stored', stored, [...views.keys()]);
    expectEqual("get('c') of 'a:b'", await cache.namespace('a:b').get('c'), undefined);
    expectEqual("get('b/b:c') of 'a'", await cache.namespace('a').get('b/b:c'), undefined);
  },
  { entries: 16 },
);

list.add(
  'clear',
  'clear of a namespace removes its entries and no others: users never touches users:archive.',
  async (scene) => {
    const cache = await scene.open();
    const users = cache.namespace('users');
    const others = [cache, cache.namespace('users:archive'), cache.namespace('user'), users.namespace('archive')];
    for (const other of others) await other.set('users', 1);
    await users.set('key', 1);
    await users.clear();
    expectEqual("users.exists('key')", await users.exists('key'), false);
    const left = await Promise.all(others.map((other) => other.get('users')));
    expectEqual('what is left elsewhere', left, [1, 1, 1, 1]);
  },
);

list.add(
  'clear-of-graced',
  'clear of a namespace removes what has expired and is in its grace.',
  async (scene) => {
    const users = (await scene.open()).namespace('users');
    await users.getOrSet('key', () => 1, { ttl: '1s', grace: '1h' });
    await scene.advance(2_000);
    await users.clear();
    expectEqual('getOrSet()', await users.getOrSet('key', () => 2, { grace: '1h', softTimeout: 0 }), 2);
  },
  { needs: ['grace'] },
);

list.add(
  'clear-outdates-flights',
  'What is computed while its namespace is cleared is not stored; elsewhere it is.',
  async (scene) => {
    const cache = await scene.open();
    const users = cache.namespace('users');
    const teams = cache.namespace('teams');
    let end: () => void = () => {};
    const cleared = new Promise<void>((resolve) => {
      end = resolve;
    });
    let running = 0;
    const compute = async () => {
      running++;
      await cleared;
      return 1;
    };
    const computing = [users.getOrSet('key', compute), teams.getOrSet('key', compute)];
    await scene.eventually('the factories to run', async () => running === 2);
    await users.clear();
    end();
    expectEqual('what the callers get', await Promise.all(computing), [1, 1]);
    expectEqual('what is stored', [await users.get('key'), await teams.get('key')], [undefined, 1]);
  },
);

list.add('keys', 'keys of a namespace are its own, as they were given; a prefix is one of these.', async (scene) => {
  const cache = await scene.open();
  const users = cache.namespace('users');
  await cache.set('a', 1);
  await cache.namespace('users:archive').set('b', 1);
  await users.namespace('archive').set('c', 1);
  await users.setMany([
    ['a:1', 1],
    ['a:2', 1],
    ['b', 1],
  ]);
  expectEqual('keys()', await listedKeys(users), ['a:1', 'a:2', 'b']);
  expectEqual("keys({ prefix: 'a:' })", await listedKeys(users, 'a:'), ['a:1', 'a:2']);
});

list.add('metadata', 'Metadata of an entry in a namespace has the key that it was given there.', async (scene) => {
  const users = (await scene.open()).namespace('users');
  await users.set('key', 1, { tags: ['a'] });
  const { key, tags } = await metadataOf(users, 'key');
  expectEqual('key and tags of getMetadata()', [key, tags], ['key', ['a']]);
  const found = await users.lookup('key');
  expectEqual('key of lookup()', found.hit ? found.metadata.key : undefined, 'key');
});

list.add('stats', 'Statistics of a namespace are about its own entries and operations.', async (scene) => {
  const cache = await scene.open();
  const users = cache.namespace('users');
  const teams = cache.namespace('teams');
  await cache.set('a', 1);
  await teams.set('a', 1);
  await users.set('a', 1);
  await users.set('b', 1);
  await users.get('a');
  await users.get('c');
  await users.delete('b');
  await cache.get('a');
  await teams.get('b');
  const { totalEntries, setCount, hitCount, missCount, deleteCount, hitRate } = await users.getStats();
  expectEqual(
    'entries, sets, hits, misses, deletes',
    [totalEntries, setCount, hitCount, missCount, deleteCount],
    [1, 2, 1, 1, 1],
  );
  expectEqual('hitRate', hitRate, 50);
  expectEqual('hitCount of another namespace', (await teams.getStats()).hitCount, 0);
});

list.add(
  'events',
  'A namespace tells the events of its own keys, by the names that its users know, and of its own clearing.',
  async (scene) => {
    const cache = await scene.open();
    const users = cache.namespace('users');
    const heard: string[] = [];
    for (const name of ['hit', 'miss', 'set', 'delete'] as const) {
      users.on(name, ({ key }) => heard.push(`${name} ${key}`));
    }
    users.on('clear', () => heard.push('clear'));
    for (const part of [cache, cache.namespace('teams'), users.namespace('users')]) {
      await part.set('a', 1);
      await part.get('a');
    }
    await cache.namespace('teams').clear();
    expectEqual('events while others are used', heard, []);
    await users.set('a', 1);
    await cache.namespace('users').get('a');
    await users.get('b');
    await users.delete('a');
    await cache.namespace('users').clear();
    expectEqual('events', heard, ['set a', 'hit a', 'miss b', 'delete a', 'clear']);
  },
  { needs: ['events'] },
);

list.add(
  'events-end',
  'Closing a namespace ends the listening of those who listened to that view.',
  async (scene) => {
    const cache = await scene.open();
    const users = cache.namespace('users');
    const heard: string[] = [];
    users.on('set', ({ key }) => heard.push(`closed ${key}`));
    cache.namespace('users').on('set', ({ key }) => heard.push(`open ${key}`));
    await users.close();
    await cache.namespace('users').set('a', 1);
    expectEqual('events after closing', heard, ['open a']);
  },
  { needs: ['events'] },
);

list.add(
  'close',
  'Closing a namespace ends the use of that view alone; closing the cache ends all of them.',
  async (scene) => {
    const cache = await scene.open();
    const users = cache.namespace('users');
    const nested = users.namespace('nested');
    await users.set('key', 1);
    await users.close();
    await expectRejection('get() of the closed view', 'CACHE_CLOSED', () => users.get('key'));
    await expectRejection('get() of a view within it', 'CACHE_CLOSED', () => nested.get('key'));
    const other = cache.namespace('users');
    expectEqual('get() of another view', await other.get('key'), 1);
    await cache.close();
    await expectRejection('get() of a view of the closed cache', 'CACHE_CLOSED', () => other.get('key'));
    await expectRejection('getStats() of it', 'CACHE_CLOSED', () => other.getStats());
    await expectRejection('clear() of it', 'CACHE_CLOSED', () => other.clear());
  },
);

list.add('names-refused', 'A name that is empty or no text is refused at once, with a CacheError.', async (scene) => {
  const cache = await scene.open();
  for (const name of ['', undefined, 1, '\ud800']) {
    let refused: unknown;
    try {
      // Programs without types pass anything.
      cache.namespace(name as string);
    } catch (error) {
      refused = error;
    }
    if (refused === undefined) throw new UnmetExpectation(`namespace(${show(name)}) to throw`, 'a namespace');
    expectThat(
      'a CacheError of CACHE_INVALID_KEY',
      Reflect.get(Object(refused), 'code') === 'CACHE_INVALID_KEY',
      refused,
    );
  }
});

list.add(
  'keys-checked',
  'Wrong keys are refused in a namespace as in the cache: an empty one stays empty.',
  async (scene) => {
    const users = (await scene.open()).namespace('users');
    await expectRejection("set('', 1)", 'CACHE_INVALID_KEY', () => users.set('', 1));
    await expectRejection("getMany([''])", 'CACHE_INVALID_KEY', () => users.getMany(['']));
    await expectRejection("setMany([['', 1]])", 'CACHE_INVALID_KEY', () => users.setMany([['', 1]]));
    await expectRejection("take('')", 'CACHE_INVALID_KEY', () => users.take(''));
  },
);
