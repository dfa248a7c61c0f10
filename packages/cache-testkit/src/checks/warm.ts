import { setImmediate as nextTurn } from 'node:timers/promises';
import { type WarmProgress, warm } from '@glovebox/cache-core/warm';
import { CheckList } from '../check.js';
import { expectEqual, expectThat } from '../expect.js';
import { deferred, metadataOf } from './helpers.js';

const list = new CheckList('getOrSet');
export const warmChecks = list.checks;

list.add(
  'warm',
  'warm computes what is missing among its keys, so many at once, each with the same options, and leaves the rest alone.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('there', 'old');
    const told: WarmProgress[] = [];
    let [running, most] = [0, 0];
    const computed = async (key: string) => {
      most = Math.max(most, ++running);
      await nextTurn();
      running--;
      return `value of ${key}`;
    };
    const report = await warm(cache, ['a', 'there', 'b', 'c', 'd'], computed, {
      ttl: '1h',
      tags: ['warmed'],
      concurrency: 2,
      onProgress: (progress) => told.push(progress),
    });
    const counts = { hitCount: 1, computedCount: 4, failedCount: 0 };
    expectEqual('the report of warm()', report, { totalCount: 5, ...counts, failures: [] });
    expectThat('two factories at once, at most', most <= 2, most);
    expectEqual('the keys that onProgress was told, sorted', told.map(({ key }) => key).sort(), [
      'a',
      'b',
      'c',
      'd',
      'there',
    ]);
    expectEqual(
      'doneCount, as it was told',
      told.map(({ doneCount }) => doneCount),
      [1, 2, 3, 4, 5],
    );
    const { accessCount, tags: tagsThere } = await metadataOf(cache, 'there');
    expectEqual('what was there', { accessCount, tags: tagsThere }, { accessCount: 0, tags: [] });
    expectEqual('the hits counted', (await cache.getStats()).hitCount, 0);
    for (const key of ['a', 'b', 'c', 'd']) {
      const { ttlSeconds, tags } = await metadataOf(cache, key);
      expectEqual(`ttl and tags of '${key}'`, { ttlSeconds, tags }, { ttlSeconds: 3_600, tags: ['warmed'] });
      expectEqual(`get('${key}')`, await cache.get(key), `value of ${key}`);
    }
  },
);

list.add(
  'warm-joins',
  'A value that others are computing is none yet: warm waits for it, and does not compute it again.',
  async (scene) => {
    const cache = await scene.open();
    const gate = deferred<string>();
    let isRunning = false;
    const others = cache.getOrSet('key', () => {
      isRunning = true;
      return gate.promise;
    });
    await scene.eventually('the factory to run', async () => isRunning);
    const told: string[] = [];
    const report = await warm(cache, ['key', 'other'], (key) => `warmed ${key}`, {
      onProgress({ key }) {
        told.push(key);
        if (key === 'other') gate.resolve('computed by others');
      },
    });
    expectEqual('the keys in the order in which warm() was done with them', told, ['other', 'key']);
    expectEqual('the value for the others', await others, 'computed by others');
    const { hitCount, computedCount } = report;
    expectEqual('the report of warm()', { hitCount, computedCount }, { hitCount: 1, computedCount: 1 });
    expectEqual("get('key')", await cache.get('key'), 'computed by others');
  },
);

list.add(
  'warm-failures',
  'A factory that fails in a warm is reported, and takes nothing from those that run meanwhile.',
  async (scene) => {
    const cache = await scene.open();
    const failure = new Error('the service is down');
    const failed = deferred<void>();
    const compute = async (key: string) => {
      if (key === 'bad') throw failure;
      await failed.promise;
      return `value of ${key}`;
    };
    const report = await warm(cache, ['a', 'bad', 'b'], compute, {
      concurrency: 3,
      onProgress({ outcome }) {
        if (outcome === 'failed') failed.resolve();
      },
    });
    const { computedCount, failedCount, failures } = report;
    expectEqual('the report of warm()', { computedCount, failedCount }, { computedCount: 2, failedCount: 1 });
    expectThat(
      "the failure to be that of 'bad'",
      failures[0]?.key === 'bad' && failures[0].error === failure,
      failures,
    );
    expectEqual(
      'the values of all keys',
      await cache.getMany(['a', 'bad', 'b']),
      new Map([
        ['a', 'value of a'],
        ['b', 'value of b'],
      ]),
    );
  },
);
