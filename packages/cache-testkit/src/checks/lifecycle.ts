import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import type { CacheManager } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import { expectEqual, expectRejection, expectThat } from '../expect.js';
import { collect } from './helpers.js';

const list = new CheckList('lifecycle');
export const lifecycleChecks = list.checks;

const OPERATIONS: Readonly<Record<string, (cache: CacheManager) => unknown>> = {
  get: (cache) => cache.get('key'),
  lookup: (cache) => cache.lookup('key'),
  set: (cache) => cache.set('key', 1),
  exists: (cache) => cache.exists('key'),
  delete: (cache) => cache.delete('key'),
  clear: (cache) => cache.clear(),
  getMany: (cache) => cache.getMany(['key']),
  setMany: (cache) => cache.setMany([['key', 1]]),
  deleteMany: (cache) => cache.deleteMany(['key']),
  keys: (cache) => collect(cache.keys()),
  getOrSet: (cache) => cache.getOrSet('key', () => 1),
  getMetadata: (cache) => cache.getMetadata('key'),
  getStats: (cache) => cache.getStats(),
  cleanup: (cache) => cache.cleanup(),
};

for (const [name, call] of Object.entries(OPERATIONS)) {
  list.add(
    `closed-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    `After close, ${name} rejects with CACHE_CLOSED.`,
    async (scene) => {
      const cache = await scene.open();
      await cache.set('key', 'value');
      await cache.close();
      await expectRejection(`${name}() after close()`, 'CACHE_CLOSED', () => call(cache));
    },
  );
}

list.add('closed-batches-of-nothing', 'After close, batches reject even if they are empty.', async (scene) => {
  const cache = await scene.open();
  await cache.close();
  await expectRejection('getMany([])', 'CACHE_CLOSED', () => cache.getMany([]));
  await expectRejection('setMany([])', 'CACHE_CLOSED', () => cache.setMany([]));
  await expectRejection('deleteMany([])', 'CACHE_CLOSED', () => cache.deleteMany([]));
});

list.add('closed-factory', 'After close, getOrSet does not run its factory.', async (scene) => {
  const cache = await scene.open();
  await cache.close();
  let runs = 0;
  await expectRejection('getOrSet()', 'CACHE_CLOSED', () => cache.getOrSet('key', () => ++runs));
  expectEqual('runs of the factory', runs, 0);
});

list.add('close-twice', 'A second close does nothing, also while the first is under way.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 1);
  await Promise.all([cache.close(), cache.close()]);
  expectEqual('close() again', await cache.close(), undefined);
});

list.add('close-unused', 'A cache that was never used can be closed.', async (scene) => {
  const cache = await scene.open();
  expectEqual('close()', await cache.close(), undefined);
  await expectRejection('get() after close()', 'CACHE_CLOSED', () => cache.get('key'));
});

list.add('dispose', '`await using` closes the cache.', async (scene) => {
  const cache = await scene.open();
  // The first releases of Node 20 have no `await using` to keep the promise to.
  if (Symbol.asyncDispose === undefined) return;
  {
    await using scoped = cache;
    await scoped.set('key', 1);
  }
  await expectRejection('get() after the scope has ended', 'CACHE_CLOSED', () => cache.get('key'));
});

list.add(
  'close-lets-operations-end',
  'Operations that began before close end as usual, or reject with CACHE_CLOSED.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 'value');
    const operations = [cache.get('key'), cache.set('other', 1), cache.exists('key'), cache.getMetadata('key')];
    const outcomes = Promise.allSettled(operations);
    await cache.close();
    for (const outcome of await outcomes) {
      if (outcome.status === 'rejected') {
        await expectRejection('an operation cut off by close()', 'CACHE_CLOSED', () => Promise.reject(outcome.reason));
      }
    }
  },
);

list.add(
  'close-during-a-factory',
  'A close while a factory runs does not wait for it, and its callers get an end.',
  async (scene) => {
    const cache = await scene.open();
    let finish: (value: string) => void = () => {};
    let isRunning = false;
    const computing = cache.getOrSet('key', () => {
      isRunning = true;
      return new Promise<string>((resolve) => {
        finish = resolve;
      });
    });
    await scene.eventually('the factory to run', async () => isRunning);
    await cache.close();
    finish('value');
    const [outcome] = await Promise.allSettled([computing]);
    if (outcome.status === 'fulfilled') expectEqual('what getOrSet() gave', outcome.value, 'value');
    else await expectRejection('getOrSet()', 'CACHE_CLOSED', () => Promise.reject(outcome.reason));
  },
);

list.add('no-timer-left', 'No timer is left after close.', async (scene) => {
  const cache = await scene.open({ cleanupIntervalSeconds: 60 });
  await cache.set('key', 1, { ttl: 10 });
  await cache.get('key');
  await cache.close();
  expectEqual('timers on the injected clock after close()', scene.timerCount, 0);
});

list.add(
  'one-timer',
  'An instance has one timer at most, however many entries it holds.',
  async (scene) => {
    const cache = await scene.open({ cleanupIntervalSeconds: 60 });
    for (let index = 0; index < 50; index++) await cache.set(`key ${index}`, 1, { ttl: 10 + index });
    expectThat('at most one timer on the injected clock', scene.timerCount <= 1, scene.timerCount);
  },
  { entries: 50 },
);

list.add('no-timer-without-interval', 'A cleanup interval of 0 or null means no timer.', async (scene) => {
  for (const cleanupIntervalSeconds of [0, null]) {
    const cache = await scene.open({ cleanupIntervalSeconds });
    await cache.set('key', 1, { ttl: 10 });
    expectEqual('timers on the injected clock', scene.timerCount, 0);
    await cache.close();
  }
});

list.add('process-may-end', 'No timer of a cache keeps the process alive.', async (scene) => {
  const { timers, result: cache } = await timersMadeBy(async () => {
    const opened = await scene.open({ cleanupIntervalSeconds: 60 });
    await opened.set('key', 1, { ttl: 10 });
    await opened.get('key');
    await opened.delete('key');
    return opened;
  });
  await scene.eventually('all timers of an idle cache to be unreferenced or over', async () =>
    timers.every(({ isOver, timer }) => isOver || !timer.hasRef()),
  );
  await cache.close();
});

interface TimerRecord {
  readonly timer: NodeJS.Timeout;
  isOver: boolean;
}

/** The timers that `work`, and nothing else in the process, makes. */
async function timersMadeBy<T>(work: () => Promise<T>): Promise<{ timers: readonly TimerRecord[]; result: T }> {
  const scope = new AsyncLocalStorage<true>();
  const timers = new Map<number, TimerRecord>();
  const hook = createHook({
    init(id, type, _trigger, resource) {
      if (type === 'Timeout' && scope.getStore() === true && isTimeout(resource))
        timers.set(id, { timer: resource, isOver: false });
    },
    destroy(id) {
      const record = timers.get(id);
      if (record !== undefined) record.isOver = true;
    },
  }).enable();
  try {
    const result = await scope.run(true, work);
    return { timers: [...timers.values()], result };
  } finally {
    hook.disable();
  }
}

function isTimeout(resource: object): resource is NodeJS.Timeout {
  return 'hasRef' in resource && typeof resource.hasRef === 'function';
}

list.add('self-description', 'name is a text that is not empty, and capabilities do not change.', async (scene) => {
  const cache = await scene.open();
  expectThat('a name', typeof cache.name === 'string' && cache.name !== '', cache.name);
  const before = structuredClone(cache.capabilities);
  await cache.set('key', 1);
  expectEqual('capabilities after use', structuredClone(cache.capabilities), before);
});

list.add('ready-at-once', 'Operations work at once, many at a time, without a call that opens.', async (scene) => {
  const cache = await scene.open();
  const keys = ['a', 'b', 'c', 'd'];
  expectEqual('four sets at once', await Promise.all(keys.map((key) => cache.set(key, key))), [true, true, true, true]);
  expectEqual('four gets at once', await Promise.all(keys.map((key) => cache.get(key))), keys);
});

list.add('stores-are-apart', 'Caches on different stores share nothing.', async (scene) => {
  const first = await scene.open();
  const second = await scene.open({}, 'another store');
  await first.set('key', 'first');
  expectEqual("get('key') of the second cache", await second.get('key'), undefined);
  await second.set('key', 'second');
  await second.clear();
  expectEqual("get('key') of the first cache", await first.get('key'), 'first');
  await second.close();
  expectEqual("get('key') of the first cache after the second was closed", await first.get('key'), 'first');
});

list.add('concurrent-sets', 'Of concurrent sets of one key, one whole value stays.', async (scene) => {
  const cache = await scene.open();
  const values = Array.from({ length: 20 }, (_, index) => ({ index, filling: `${index} `.repeat(200) }));
  const stored = await Promise.all(values.map((value) => cache.set('key', value)));
  expectThat('every set() to resolve to true', stored.every(Boolean), stored);
  const found = await cache.get<{ index: number }>('key');
  expectEqual('the value that stayed', found, values[found?.index ?? 0]);
  expectEqual('totalEntries', (await cache.getStats()).totalEntries, 1);
});
