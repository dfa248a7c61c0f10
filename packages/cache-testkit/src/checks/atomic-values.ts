import { CheckList } from '../check.js';
import { expectEqual, expectRejection, expectThat } from '../expect.js';
import { deferred, metadataOf } from './helpers.js';

const list = new CheckList('atomic');
export const atomicValueChecks = list.checks;

list.add('increment', 'increment adds to a number, 0 if it is missing, and returns the sum.', async (scene) => {
  const cache = await scene.open();
  expectEqual("increment('key')", await cache.increment('key'), 1);
  expectEqual("increment('key', 10)", await cache.increment('key', 10), 11);
  expectEqual("increment('key', -0.5)", await cache.increment('key', -0.5), 10.5);
  expectEqual("get('key')", await cache.get('key'), 10.5);
});

list.add('increment-after-expiry', 'increment of a number that has expired begins at 0 again.', async (scene) => {
  const cache = await scene.open();
  expectEqual("increment('key', 5, { ttl: '1s' })", await cache.increment('key', 5, { ttl: '1s' }), 5);
  await scene.advance(1_500);
  expectEqual("increment('key') after its expiry", await cache.increment('key'), 1);
  expectEqual("get('key')", await cache.get('key'), 1);
});

list.add('concurrent-increments', 'None of the concurrent increments of a key is lost.', async (scene) => {
  const cache = await scene.open();
  const sums = await Promise.all(Array.from({ length: 30 }, () => cache.increment('key')));
  expectEqual("get('key')", await cache.get('key'), 30);
  expectEqual('sums that differ', new Set(sums).size, 30);
});

list.add(
  'increment-of-others',
  'increment of what is no number rejects with CACHE_WRONG_TYPE, and does not quote it.',
  async (scene) => {
    const cache = await scene.open();
    for (const value of ['a secret', 5n, null, true, [1], { n: 1 }]) {
      await cache.set('key', value);
      const error = await expectRejection('increment()', 'CACHE_WRONG_TYPE', () => cache.increment('key'));
      expectThat('a message without the value', !error.message.includes('secret'), error.message);
      expectEqual("get('key')", await cache.get('key'), value);
    }
  },
);

list.add('take', 'take returns the value and removes its entry; of a missing key it is undefined.', async (scene) => {
  const cache = await scene.open();
  for (const value of [{ a: 1 }, null, 0]) {
    await cache.set('key', value);
    expectEqual("take('key')", await cache.take('key'), value);
    expectEqual("exists('key')", await cache.exists('key'), false);
  }
  expectEqual("take('key') again", await cache.take('key'), undefined);
  await cache.set('brief', 1, { ttl: '1s' });
  await scene.advance(1_500);
  expectEqual("take('brief') after its expiry", await cache.take('brief'), undefined);
});

list.add('concurrent-takes', 'Of concurrent takes of an entry one gets its value.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 'value');
  const taken = await Promise.all(Array.from({ length: 10 }, () => cache.take('key')));
  expectEqual(
    'values taken',
    taken.filter((value) => value !== undefined),
    ['value'],
  );
});

list.add(
  'touch',
  'touch gives an entry another ttl from now on; value and tags stay. Without one it is false.',
  async (scene) => {
    const cache = await scene.open({ defaultTtl: '50s' });
    await cache.set('key', { a: 1 }, { ttl: '10s', tags: ['a'] });
    await scene.advance(8_000);
    expectEqual("touch('key', '10s')", await cache.touch('key', '10s'), true);
    await scene.advance(8_000);
    expectEqual("get('key')", await cache.get('key'), { a: 1 });
    expectEqual('tags', (await metadataOf(cache, 'key')).tags, ['a']);
    await scene.advance(2_500);
    expectEqual("touch('key') after its expiry", await cache.touch('key'), false);
    expectEqual("exists('key')", await cache.exists('key'), false);
    expectEqual("touch('missing')", await cache.touch('missing'), false);
    await cache.set('other', 1, { ttl: null });
    await cache.touch('other');
    expectEqual("ttlSeconds after touch('other')", (await metadataOf(cache, 'other')).ttlSeconds, 50);
  },
);

list.add(
  'counted',
  'Each change counts as one set, a take as a read and a delete; what update reads is not counted.',
  async (scene) => {
    const cache = await scene.open();
    await cache.add('key', 1);
    await cache.add('key', 1);
    await cache.update<number>('key', (value = 0) => value + 1);
    await cache.increment('key');
    await cache.touch('key', '1h');
    await cache.take('key');
    await cache.take('key');
    const { setCount, deleteCount, hitCount, missCount, errorCount } = await cache.getStats();
    expectEqual(
      'sets, deletes, hits, misses, errors',
      [setCount, deleteCount, hitCount, missCount, errorCount],
      [4, 1, 1, 1, 0],
    );
  },
);

list.add('mistakes-reject', 'Wrong keys and arguments of atomic updates reject, and change nothing.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 1);
  // Programs without types pass anything.
  const anything = (value: unknown) => value as never;
  for (const [name, call] of Object.entries({
    add: () => cache.add('', 1),
    update: () => cache.update('', () => 1),
    increment: () => cache.increment(''),
    take: () => cache.take(anything(1)),
    touch: () => cache.touch('\ud800'),
  })) {
    await expectRejection(`${name}() of a wrong key`, 'CACHE_INVALID_KEY', call);
  }
  await expectRejection("add('key', undefined)", 'CACHE_UNSERIALIZABLE', () => cache.add('new', undefined));
  await expectRejection("update('key', 1)", 'CACHE_INVALID_CONFIG', () => cache.update('key', anything(1)));
  await expectRejection("increment('key', NaN)", 'CACHE_INVALID_CONFIG', () => cache.increment('key', Number.NaN));
  await expectRejection("increment('key', '1')", 'CACHE_INVALID_CONFIG', () => cache.increment('key', anything('1')));
  await expectRejection("touch('key', 0)", 'CACHE_INVALID_TTL', () => cache.touch('key', 0));
  await expectRejection('add() with a ttl of 0', 'CACHE_INVALID_TTL', () => cache.add('new', 1, { ttl: 0 }));
  expectEqual("get('key')", await cache.get('key'), 1);
  expectEqual("exists('new')", await cache.exists('new'), false);
});

list.add(
  'after-close',
  'Atomic updates of a closed cache reject, one whose function is running too.',
  async (scene) => {
    const cache = await scene.open();
    const gate = deferred<number>();
    let isRunning = false;
    const update = cache.update('key', () => {
      isRunning = true;
      return gate.promise;
    });
    const rejection = expectRejection('update() that was running', 'CACHE_CLOSED', () => update);
    await scene.eventually('the function to run', async () => isRunning);
    await cache.close();
    gate.resolve(1);
    await rejection;
    for (const [name, call] of Object.entries({
      add: () => cache.add('key', 1),
      update: () => cache.update('key', () => 1),
      increment: () => cache.increment('key'),
      take: () => cache.take('key'),
      touch: () => cache.touch('key'),
    })) {
      await expectRejection(`${name}()`, 'CACHE_CLOSED', call);
    }
  },
);

list.add(
  'across-instances',
  'None of the concurrent increments of two instances on one store is lost.',
  async (scene) => {
    const caches = [await scene.open(), await scene.open()];
    await Promise.all(Array.from({ length: 20 }, (_, index) => caches[index % 2]?.increment('key')));
    expectEqual("get('key')", await caches[0]?.get('key'), 20);
    const taken = await Promise.all(caches.map((cache) => cache.take('key')));
    expectEqual(
      'values taken',
      taken.filter((value) => value !== undefined),
      [20],
    );
  },
  { needs: ['crossProcessLocks'] },
);
