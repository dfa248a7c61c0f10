import { CheckList } from '../check.js';
import { expectEqual, expectRejection } from '../expect.js';
import { deferred, expectSameError, metadataOf } from './helpers.js';

const list = new CheckList('atomic');
export const atomicChecks = list.checks;

list.add('add', 'add stores an entry if its key has none, and else is false and changes nothing.', async (scene) => {
  const cache = await scene.open();
  expectEqual("add('key', 1)", await cache.add('key', 1, { ttl: '10s', tags: ['a'] }), true);
  expectEqual("add('key', 2)", await cache.add('key', 2, { ttl: '20s' }), false);
  expectEqual("get('key')", await cache.get('key'), 1);
  const { ttlSeconds, tags } = await metadataOf(cache, 'key');
  expectEqual('ttlSeconds and tags', [ttlSeconds, tags], [10, ['a']]);
  await cache.set('null', null);
  expectEqual("add('null', 1) where null is stored", await cache.add('null', 1), false);
});

list.add('add-after-expiry', 'add takes a key whose entry has expired.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 'old', { ttl: '1s' });
  await scene.advance(1_500);
  expectEqual("add('key', 'new')", await cache.add('key', 'new'), true);
  expectEqual("get('key')", await cache.get('key'), 'new');
});

list.add('concurrent-adds', 'Of concurrent adds of one key one is true, and its value is stored.', async (scene) => {
  const cache = await scene.open();
  const added = await Promise.all(Array.from({ length: 20 }, (_, index) => cache.add('key', index)));
  expectEqual('adds that were true', added.filter(Boolean).length, 1);
  expectEqual("get('key')", await cache.get('key'), added.indexOf(true));
});

list.add('update', 'update stores and returns what its function makes of the value.', async (scene) => {
  const cache = await scene.open();
  const given: unknown[] = [];
  const append = (items: string[] | undefined) => {
    given.push(items);
    return [...(items ?? []), 'item'];
  };
  expectEqual('the first update()', await cache.update('key', append), ['item']);
  expectEqual('an async update()', await cache.update<string[]>('key', async (items) => append(items)), [
    'item',
    'item',
  ]);
  expectEqual("get('key')", await cache.get('key'), ['item', 'item']);
  expectEqual('what the function was given', given, [undefined, ['item']]);
});

list.add(
  'update-to-nothing',
  'A function that returns undefined leaves the entry, which is what update returns.',
  async (scene) => {
    const cache = await scene.open();
    expectEqual('update() of a missing key', await cache.update('key', () => undefined), undefined);
    expectEqual("exists('key')", await cache.exists('key'), false);
    await cache.set('key', { a: 1 });
    const changed = await cache.update<{ a: number }>('key', (value) => {
      if (value !== undefined) value.a = 2;
      return undefined;
    });
    expectEqual('update()', changed, { a: 1 });
    expectEqual("get('key')", await cache.get('key'), { a: 1 });
  },
  { needs: ['clones'] },
);

list.add(
  'concurrent-updates',
  'None of the concurrent updates of a key is lost, though their functions wait.',
  async (scene) => {
    const cache = await scene.open();
    const indices = Array.from({ length: 20 }, (_, index) => index);
    await Promise.all(
      indices.map((index) =>
        cache.update<number[]>('key', async (seen = []) => {
          await cache.exists('other');
          return [...seen, index];
        }),
      ),
    );
    const stored = (await cache.get<number[]>('key')) ?? [];
    expectEqual(
      'the updates that are seen',
      [...stored].sort((a, b) => a - b),
      indices,
    );
  },
);

list.add(
  'update-sees-set',
  'A set that comes while the function of an update runs is not lost: the function runs again.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1);
    const given: unknown[] = [];
    const updated = await cache.update<number>('key', async (value = 0) => {
      given.push(value);
      if (given.length === 1) await cache.set('key', 10);
      return value + 1;
    });
    expectEqual('update()', updated, 11);
    expectEqual('what the function was given', given, [1, 10]);
    expectEqual("get('key')", await cache.get('key'), 11);
  },
);

list.add(
  'update-sees-delete',
  'A delete that comes while the function of an update runs is not undone.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1);
    const given: unknown[] = [];
    await cache.update<number>('key', async (value) => {
      given.push(value);
      if (given.length === 1) await cache.delete('key');
      return value === undefined ? undefined : value + 1;
    });
    expectEqual('what the function was given', given, [1, undefined]);
    expectEqual("exists('key')", await cache.exists('key'), false);
  },
);

list.add(
  'update-fails',
  'An error of the function reaches the caller of update; the entry stays, and the key is free.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1);
    const failure = new Error('no change');
    await expectSameError('update()', failure, () => cache.update('key', () => Promise.reject(failure)));
    await expectRejection('update() to a function', 'CACHE_UNSERIALIZABLE', () =>
      cache.update<unknown>('key', () => () => 1),
    );
    expectEqual("get('key')", await cache.get('key'), 1);
    expectEqual('the next update()', await cache.update<number>('key', (value = 0) => value + 1), 2);
  },
);

list.add(
  'update-keeps-expiry',
  'Without ttl and tags an update keeps the instant of the expiry and the tags.',
  async (scene) => {
    const cache = await scene.open({ defaultTtl: '1h' });
    await cache.set('key', 1, { ttl: '100s', tags: ['a'] });
    const { expiresAt } = await metadataOf(cache, 'key');
    await scene.advance(30_000);
    await cache.update('key', () => 2);
    const kept = await metadataOf(cache, 'key');
    expectEqual('expiresAt and tags', [kept.expiresAt, kept.tags], [expiresAt, ['a']]);
    await cache.update('key', () => 3, { ttl: '100s', tags: [] });
    const replaced = await metadataOf(cache, 'key');
    expectEqual('ttlSeconds and tags', [replaced.ttlSeconds, replaced.tags], [100, []]);
    await cache.update('new', () => 1);
    expectEqual('ttlSeconds of a new entry', (await metadataOf(cache, 'new')).ttlSeconds, 3_600);
  },
);

list.add(
  'update-outdates-flights',
  'An update that comes while a factory runs is not undone by its result.',
  async (scene) => {
    const cache = await scene.open();
    const gate = deferred<string>();
    let isRunning = false;
    const computing = cache.getOrSet('key', () => {
      isRunning = true;
      return gate.promise;
    });
    await scene.eventually('the factory to run', async () => isRunning);
    await cache.update('key', () => 'newer');
    gate.resolve('older');
    await computing;
    expectEqual("get('key')", await cache.get('key'), 'newer');
  },
);

list.add('updates-do-not-wait', 'Updates of different keys run at the same time.', async (scene) => {
  const cache = await scene.open();
  const gate = deferred<void>();
  let running = 0;
  const updates = ['a', 'b', 'c'].map((key) =>
    cache.update(key, async () => {
      running++;
      await gate.promise;
      return key;
    }),
  );
  await scene.eventually('three functions to run at once', async () => running === 3);
  gate.resolve();
  expectEqual('what the updates return', await Promise.all(updates), ['a', 'b', 'c']);
});
