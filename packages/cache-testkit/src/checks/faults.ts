import { setImmediate as nextTurn } from 'node:timers/promises';
import { isCacheError } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import { hasEvents } from '../events-of.js';
import { expectEqual, expectThat, UnmetExpectation } from '../expect.js';
import { collect, listedKeys } from './helpers.js';

const list = new CheckList('faults', ['breakStore']);
export const faultChecks = list.checks;

/** Turns of the event loop in which a rejection that nobody handles shows. */
const TURNS = 20;

list.add('reads', 'While the store fails, every read is a miss, and none rejects.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 1);
  const mend = await scene.breakStore();
  expectEqual("get('key')", await cache.get('key'), undefined);
  expectEqual("get('key', 'default')", await cache.get('key', 'default'), 'default');
  expectEqual("lookup('key')", await cache.lookup('key'), { hit: false });
  expectEqual("exists('key')", await cache.exists('key'), false);
  expectEqual("getMetadata('key')", await cache.getMetadata('key'), undefined);
  expectEqual("getMany(['key', 'other'])", await cache.getMany(['key', 'other']), new Map());
  expectEqual('the listed keys', await collect(cache.keys()), []);
  await mend();
});

list.add(
  'writes',
  'While the store fails, set is false, setMany 0, and what was stored before stays.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 'old');
    const mend = await scene.breakStore();
    expectEqual("set('key', 'new')", await cache.set('key', 'new'), false);
    expectEqual("set('fresh', 1)", await cache.set('fresh', 1), false);
    const entries = [
      ['key', 'newer'],
      ['another', 1],
    ] as const;
    expectEqual('setMany of two entries', await cache.setMany(entries), 0);
    await mend();
    expectEqual("get('key') when the store works again", await cache.get('key'), 'old');
    expectEqual("get('fresh')", await cache.get('fresh'), undefined);
    expectEqual('the listed keys', await listedKeys(cache), ['key']);
  },
);

list.add(
  'removals',
  'While the store fails, delete is false, deleteMany and cleanup 0, and clear resolves.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1, { ttl: 1 });
    await cache.set('other', 1);
    await scene.advance(1_000);
    const mend = await scene.breakStore();
    expectEqual("delete('other')", await cache.delete('other'), false);
    expectEqual("deleteMany(['key', 'other'])", await cache.deleteMany(['key', 'other']), 0);
    expectEqual('cleanup()', await cache.cleanup(), 0);
    expectEqual('clear()', await cache.clear(), undefined);
    await mend();
    expectEqual("get('other') when the store works again", await cache.get('other'), 1);
  },
);

list.add('computed', 'While the store fails, getOrSet gives what the factory computes.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 'stored');
  const mend = await scene.breakStore();
  expectEqual("getOrSet('key')", await cache.getOrSet('key', () => 'computed'), 'computed');
  expectEqual("getOrSet('fresh')", await cache.getOrSet('fresh', () => 'computed'), 'computed');
  const failure = new Error('of the factory');
  const error = await cache.getOrSet('key', () => Promise.reject(failure)).catch((reason: unknown) => reason);
  expectThat("getOrSet with a factory that rejects to reject with the factory's own error", error === failure, error);
  await mend();
});

list.add(
  'counted',
  'Each read and each write that met a fault is counted in errorCount, a read as a miss too.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1);
    const before = await cache.getStats();
    const mend = await scene.breakStore();
    for (let round = 0; round < 3; round++) await cache.get('key');
    for (let round = 0; round < 2; round++) await cache.set('key', 2);
    await mend();
    const after = await cache.getStats();
    expectThat(
      'an errorCount that is larger by 5 or more',
      after.errorCount >= before.errorCount + 5,
      after.errorCount,
    );
    const counted = {
      hits: after.hitCount - before.hitCount,
      misses: after.missCount - before.missCount,
      sets: after.setCount - before.setCount,
    };
    expectEqual('what else was counted', counted, { hits: 0, misses: 3, sets: 0 });
  },
);

list.add(
  'told',
  'A fault is told to the error listeners as a CacheError, with the operation and the key that met it.',
  async (scene) => {
    const cache = await scene.open();
    if (!hasEvents(cache)) throw new TypeError('the check needs its gate');
    await cache.set('key', 1);
    const told: { operation: unknown; key: unknown }[] = [];
    cache.on('error', ({ operation, key, error }) => {
      expectThat('a CacheError', isCacheError(error), error);
      told.push({ operation, key });
    });
    const mend = await scene.breakStore();
    await cache.get('key');
    await cache.set('fresh', 2);
    await mend();
    for (const expected of [
      { operation: 'get', key: 'key' },
      { operation: 'set', key: 'fresh' },
    ]) {
      const isTold = told.some(({ operation, key }) => operation === expected.operation && key === expected.key);
      expectThat(`an error event of ${expected.operation}('${expected.key}')`, isTold, told);
    }
  },
  { needs: ['events'] },
);

list.add(
  'recovers',
  'When the store works again, the same instance reads, writes and removes as before.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 'old');
    for (let round = 0; round < 2; round++) {
      const mend = await scene.breakStore();
      await cache.get('key');
      await cache.set('key', 'refused');
      await cache.cleanup();
      await mend();
      // A fault is not damage: nothing of what was there may have been removed for it.
      expectEqual("get('key') after the fault", await cache.get('key'), 'old');
      await cache.cleanup();
      expectEqual("get('key') after a cleanup", await cache.get('key'), 'old');
      expectEqual("set('other')", await cache.set('other', round), true);
      expectEqual("get('other')", await cache.get('other'), round);
      expectEqual("delete('other')", await cache.delete('other'), true);
      expectEqual('the listed keys', await listedKeys(cache), ['key']);
    }
  },
);

list.add('totals', 'A fault leaves the totals as they are once it is over.', async (scene) => {
  const cache = await scene.open();
  for (const key of ['a', 'b', 'c']) await cache.set(key, key);
  const before = await cache.getStats();
  const mend = await scene.breakStore();
  for (const key of ['a', 'b', 'fresh']) {
    await cache.set(key, 'refused');
    await cache.delete(key);
    await cache.get(key);
  }
  await cache.getStats();
  await mend();
  const { totalEntries, totalSizeBytes } = await cache.getStats();
  expectEqual(
    'the totals after the fault',
    { totalEntries, totalSizeBytes },
    { totalEntries: before.totalEntries, totalSizeBytes: before.totalSizeBytes },
  );
});

list.add('unhandled', 'A fault leaves no rejection that nobody handles.', async (scene) => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    const cache = await scene.open();
    await cache.set('key', 1);
    const mend = await scene.breakStore();
    await Promise.all([
      cache.get('key'),
      cache.set('key', 2),
      cache.delete('key'),
      cache.getOrSet('key', () => 3),
      cache.getStats(),
      cache.cleanup(),
      cache.clear(),
    ]);
    for (let turn = 0; turn < TURNS; turn++) await nextTurn();
    await mend();
    await cache.close();
    for (let turn = 0; turn < TURNS; turn++) await nextTurn();
  } finally {
    process.off('unhandledRejection', note);
  }
  if (unhandled.length > 0) throw new UnmetExpectation('every rejection handled', String(unhandled[0]), unhandled[0]);
});

list.add(
  'close',
  'An instance that is closed while the store fails resolves, and takes no entry with it.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1);
    await cache.get('key');
    const mend = await scene.breakStore();
    await cache.get('key');
    expectEqual('close()', await cache.close(), undefined);
    await mend();
    const later = await scene.open();
    expectEqual("get('key') of the next instance", await later.get('key'), 1);
  },
  { needs: ['persistent'] },
);
