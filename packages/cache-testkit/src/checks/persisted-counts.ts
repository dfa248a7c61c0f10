import { CheckList } from '../check.js';
import { expectEqual, expectThat } from '../expect.js';
import { metadataOf, survivors } from './helpers.js';

const list = new CheckList('persistence', ['persistent']);
export const persistedCountChecks = list.checks;

list.add(
  'usage',
  'Access counts and times are found by the next instance, and go on from there.',
  async (scene) => {
    const first = await scene.open();
    await first.set('key', 1);
    await scene.advance(1_000);
    for (let read = 0; read < 3; read++) await first.get('key');
    const lastAccessedAt = scene.now();
    await first.close();
    await scene.advance(1_000);
    const second = await scene.open();
    const found = await metadataOf(second, 'key');
    expectEqual(
      'the usage of the next instance',
      { accessCount: found.accessCount, lastAccessedAt: found.lastAccessedAt },
      { accessCount: 3, lastAccessedAt },
    );
    await second.get('key');
    expectEqual('accessCount after one more get', (await metadataOf(second, 'key')).accessCount, 4);
  },
  { needs: ['persistentUsage'] },
);

for (const [policy, gate] of [
  ['lru', 'lru'],
  ['lfu', 'lfu'],
] as const) {
  list.add(
    `${policy}-order`,
    `${policy.toUpperCase()} evicts by use across restarts.`,
    async (scene) => {
      const first = await scene.open({ maxEntries: 4, evictionPolicy: policy });
      for (const key of ['a', 'b', 'c', 'd']) await first.set(key, 1);
      for (const key of ['c', 'd', 'a', 'd', 'c', 'b', 'a']) {
        await scene.advance(1_000);
        await first.get(key);
      }
      await first.close();
      const second = await scene.open({ maxEntries: 4, evictionPolicy: policy });
      for (const key of policy === 'lru' ? ['b'] : []) await second.get(key);
      await scene.advance(1_000);
      await second.set('e', 1);
      const victim = policy === 'lru' ? 'd' : 'b';
      const left = ['a', 'b', 'c', 'd', 'e'].filter((key) => key !== victim);
      expectEqual(`the keys left where '${victim}' must go`, await survivors(second, ['a', 'b', 'c', 'd', 'e']), left);
    },
    { needs: ['persistentUsage', gate] },
  );
}

list.add(
  'lfu-overwrite',
  'LFU: an overwrite after a restart keeps the reads that the key has had.',
  async (scene) => {
    const config = { maxEntries: 4, evictionPolicy: 'lfu' } as const;
    const first = await scene.open(config);
    for (const key of ['a', 'b', 'c', 'd']) await first.set(key, 1);
    for (const key of ['a', 'a', 'a', 'b', 'c', 'c', 'd', 'd']) await first.get(key);
    await first.close();
    const second = await scene.open(config);
    await second.set('a', 2);
    expectEqual('accessCount after the overwrite', (await metadataOf(second, 'a')).accessCount, 3);
    await scene.advance(1_000);
    await second.set('e', 1);
    expectEqual("the keys left where 'b' must go", await survivors(second, ['a', 'b', 'c', 'd', 'e']), [
      'a',
      'c',
      'd',
      'e',
    ]);
  },
  { needs: ['persistentUsage', 'lfu'] },
);

list.add(
  'stats',
  'Counters are found by the next instance, and go on from there.',
  async (scene) => {
    const first = await scene.open({ cleanupIntervalSeconds: 0 });
    await first.setMany([
      ['a', 1],
      ['b', 2, { ttl: 1 }],
    ]);
    await first.get('a');
    await first.get('missing');
    await first.delete('a');
    await scene.advance(2_000);
    await first.cleanup();
    const { totalEntries: _entries, totalSizeBytes: _bytes, lastUpdatedAt: _at, ...before } = await first.getStats();
    await first.close();
    const second = await scene.open({ cleanupIntervalSeconds: 0 });
    const { totalEntries: _entries2, totalSizeBytes: _bytes2, lastUpdatedAt: _at2, ...after } = await second.getStats();
    expectEqual('the counters of the next instance', after, before);
    await second.get('missing');
    const { hitCount, missCount, missRate } = await second.getStats();
    expectEqual('the reads after one more miss', { hitCount, missCount }, { hitCount: 1, missCount: 2 });
    expectThat('a missRate of 66.67', Math.abs(missRate - 200 / 3) < 0.01, missRate);
  },
  { needs: ['persistentStats'] },
);

list.add(
  'stats-of-restarts',
  'Counters are summed over many restarts.',
  async (scene) => {
    for (let run = 1; run <= 4; run++) {
      const cache = await scene.open();
      await cache.set('key', run);
      await cache.get('key');
      const { setCount, hitCount } = await cache.getStats();
      expectEqual(`sets and hits in run ${run}`, { setCount, hitCount }, { setCount: run, hitCount: run });
      await cache.close();
    }
  },
  { needs: ['persistentStats'] },
);

list.add(
  'two-instances',
  "Two open instances on one store see each other's writes, deletes and clear at once.",
  async (scene) => {
    const first = await scene.open();
    const second = await scene.open();
    const [instances, names] = [
      [first, second],
      ['the first', 'the second'],
    ];
    for (let round = 0; round < 3; round++) {
      for (const [writer, cache] of instances.entries()) {
        const value = `${names[writer]} in round ${round}`;
        await cache.set('key', value);
        for (const [reader, other] of instances.entries()) {
          expectEqual(`get('key') of ${names[reader]} instance`, await other.get('key'), value);
        }
      }
    }
    await first.delete('key');
    expectEqual("get('key') of the second instance after the delete", await second.get('key'), undefined);
    await second.set('other', 1);
    await first.clear();
    expectEqual("exists('other') of the second instance after the clear", await second.exists('other'), false);
  },
  { needs: ['multiProcess'] },
);

list.add(
  'stats-of-two-instances',
  'The counters of instances that are open at once are summed.',
  async (scene) => {
    const first = await scene.open();
    const second = await scene.open();
    await first.set('key', 1);
    await second.get('key');
    await second.get('key');
    await first.get('missing');
    const expected = { setCount: 1, hitCount: 2, missCount: 1 };
    for (const cache of [first, second]) {
      const { setCount, hitCount, missCount } = await cache.getStats();
      expectEqual('the counters', { setCount, hitCount, missCount }, expected);
    }
    await first.close();
    await second.close();
    const third = await scene.open();
    const { setCount, hitCount, missCount } = await third.getStats();
    expectEqual('the counters after both were closed', { setCount, hitCount, missCount }, expected);
  },
  { needs: ['multiProcess', 'persistentStats'] },
);
