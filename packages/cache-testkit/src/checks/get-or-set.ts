import { CheckList } from '../check.js';
import { expectEqual, expectRejection, expectThat } from '../expect.js';
import { deferred, expectSameError, metadataOf } from './helpers.js';

const list = new CheckList('getOrSet');
export const getOrSetChecks = list.checks;

list.add('stores', 'getOrSet returns what the factory returns, and stores it.', async (scene) => {
  const cache = await scene.open();
  const value = { a: [1, new Date(2)] };
  expectEqual('getOrSet()', await cache.getOrSet('key', async () => value), value);
  expectEqual("get('key')", await cache.get('key'), value);
});

list.add('hit-runs-nothing', 'The factory does not run when the key is there, whatever its value.', async (scene) => {
  const cache = await scene.open();
  let runs = 0;
  for (const value of ['stored', null, 0, false, '']) {
    await cache.set('key', value);
    expectEqual('getOrSet()', await cache.getOrSet<unknown>('key', () => ++runs), value);
  }
  expectEqual('runs of the factory', runs, 0);
});

list.add('sync-factory', 'The factory may return a value instead of a promise.', async (scene) => {
  const cache = await scene.open();
  expectEqual('getOrSet()', await cache.getOrSet('key', () => 'value'), 'value');
  expectEqual("get('key')", await cache.get('key'), 'value');
});

list.add('single-flight', 'Fifty callers at once share one run of the factory.', async (scene) => {
  const cache = await scene.open();
  const gate = deferred<string>();
  let runs = 0;
  const calls = Array.from({ length: 50 }, () =>
    cache.getOrSet('key', () => {
      runs++;
      return gate.promise;
    }),
  );
  await scene.eventually('the factory to run', async () => runs > 0);
  gate.resolve('value');
  expectEqual('what the callers got', [...new Set(await Promise.all(calls))], ['value']);
  expectEqual('runs of the factory for 50 callers', runs, 1);
});

list.add('keys-do-not-wait', 'Factories of different keys run at the same time.', async (scene) => {
  const cache = await scene.open();
  const gate = deferred<void>();
  let running = 0;
  const calls = ['a', 'b', 'c'].map((key) =>
    cache.getOrSet(key, async () => {
      running++;
      await gate.promise;
      return key;
    }),
  );
  await scene.eventually('three factories to run at once', async () => running === 3);
  gate.resolve();
  expectEqual('what the callers got', await Promise.all(calls), ['a', 'b', 'c']);
});

list.add('error-reaches-all', 'An error of the factory reaches every caller that waits for it.', async (scene) => {
  const cache = await scene.open();
  const gate = deferred<string>();
  const failure = new Error('the service is down');
  const calls = Array.from({ length: 10 }, () => cache.getOrSet('key', () => gate.promise));
  const outcomes = Promise.allSettled(calls);
  gate.reject(failure);
  const reasons = (await outcomes).map((outcome) => (outcome.status === 'rejected' ? outcome.reason : outcome.value));
  expectThat(
    'ten rejections with the very error',
    reasons.every((reason) => reason === failure),
    reasons,
  );
});

list.add('error-is-not-cached', 'An error is not cached: the next call runs its factory.', async (scene) => {
  const cache = await scene.open();
  const failure = new Error('the service is down');
  for (const fail of [
    () => Promise.reject(failure),
    () => {
      throw failure;
    },
  ]) {
    await expectSameError('getOrSet()', failure, () => cache.getOrSet<string>('key', fail));
    expectEqual("exists('key') after the error", await cache.exists('key'), false);
  }
  expectEqual('getOrSet() after the error', await cache.getOrSet('key', () => 'value'), 'value');
});

list.add(
  'undefined-is-not-stored',
  'A factory that returns undefined stores nothing, and runs again the next time.',
  async (scene) => {
    const cache = await scene.open();
    let runs = 0;
    for (let call = 0; call < 2; call++) {
      expectEqual(
        'getOrSet()',
        await cache.getOrSet('key', () => {
          runs++;
          return undefined;
        }),
        undefined,
      );
      expectEqual("exists('key')", await cache.exists('key'), false);
    }
    expectEqual('runs of the factory', runs, 2);
  },
);

list.add('null-is-stored', 'A factory that returns null has computed a value.', async (scene) => {
  const cache = await scene.open();
  let runs = 0;
  for (let call = 0; call < 3; call++) {
    expectEqual(
      'getOrSet()',
      await cache.getOrSet('key', () => {
        runs++;
        return null;
      }),
      null,
    );
  }
  expectEqual('runs of the factory', runs, 1);
});

list.add('ttl', 'The ttl of getOrSet is the ttl of what it stores.', async (scene) => {
  const cache = await scene.open({ defaultTtl: 100 });
  await cache.getOrSet('own', () => 1, { ttl: '10s' });
  await cache.getOrSet('default', () => 1);
  await cache.getOrSet('never', () => 1, { ttl: null });
  expectEqual("ttlSeconds of 'own'", (await metadataOf(cache, 'own')).ttlSeconds, 10);
  expectEqual("ttlSeconds of 'default'", (await metadataOf(cache, 'default')).ttlSeconds, 100);
  expectEqual("ttlSeconds of 'never'", (await metadataOf(cache, 'never')).ttlSeconds, null);
});

list.add(
  'dated-when-computed',
  'The time to live starts when the value is there, not when its computation began.',
  async (scene) => {
    const cache = await scene.open();
    await cache.getOrSet(
      'key',
      async () => {
        await scene.advance(8_000);
        return 1;
      },
      { ttl: 10 },
    );
    await scene.advance(5_000);
    expectEqual("get('key') 5 of 10 seconds after it was computed", await cache.get('key'), 1);
  },
);

list.add('unstorable-rejects', 'A result that cannot be stored rejects with CACHE_UNSERIALIZABLE.', async (scene) => {
  const cache = await scene.open();
  await expectRejection('getOrSet()', 'CACHE_UNSERIALIZABLE', () => cache.getOrSet('key', () => () => 1));
  expectEqual("exists('key')", await cache.exists('key'), false);
});

list.add('factory-refused', 'A factory that is no function rejects with a CacheError.', async (scene) => {
  const cache = await scene.open();
  for (const factory of [undefined, null, 1, {}]) {
    await expectRejection('getOrSet()', 'CACHE_INVALID_CONFIG', () =>
      // Programs without types pass anything.
      cache.getOrSet('key', factory as unknown as () => number),
    );
  }
});

list.add(
  'set-meanwhile-wins',
  'A set that comes while the factory runs is not undone by its result.',
  async (scene) => {
    const cache = await scene.open();
    const gate = deferred<string>();
    let isRunning = false;
    const computing = cache.getOrSet('key', () => {
      isRunning = true;
      return gate.promise;
    });
    await scene.eventually('the factory to run', async () => isRunning);
    expectEqual('set() while the factory runs', await cache.set('key', 'newer'), true);
    gate.resolve('older');
    await computing;
    expectEqual("get('key')", await cache.get('key'), 'newer');
  },
);

list.add(
  'late-factory',
  'What a factory returns late does not replace what another instance has stored meanwhile.',
  async (scene) => {
    const [cache, other] = [await scene.open(), await scene.open()];
    const gate = deferred<string>();
    let isRunning = false;
    const computing = cache.getOrSet('key', () => {
      isRunning = true;
      return gate.promise;
    });
    await scene.eventually('the factory to run', async () => isRunning);
    expectEqual('set() by the other instance', await other.set('key', 'newer'), true);
    gate.resolve('older');
    expectEqual('what the caller gets', await computing, 'older');
    const found = [await cache.get('key'), await other.get('key')];
    expectEqual("get('key') by both", found, ['newer', 'newer']);
  },
  { needs: ['multiProcess'] },
);

list.add('after-a-flight', 'Later callers find the value, and a later miss starts a new run.', async (scene) => {
  const cache = await scene.open();
  let runs = 0;
  const compute = () => cache.getOrSet('key', async () => ++runs);
  expectEqual('the first call', await compute(), 1);
  expectEqual('the second call', await compute(), 1);
  await cache.delete('key');
  expectEqual('a call after the delete', await compute(), 2);
  await cache.clear();
  expectEqual('a call after the clear', await compute(), 3);
});

list.add('nested', 'A factory may use the cache, getOrSet of another key included.', async (scene) => {
  const cache = await scene.open();
  const total = await cache.getOrSet('total', async () => {
    const part = await cache.getOrSet('part', () => 20);
    await cache.set('side', 1);
    return part + 1;
  });
  expectEqual('getOrSet()', total, 21);
  expectEqual("get('part')", await cache.get('part'), 20);
});
