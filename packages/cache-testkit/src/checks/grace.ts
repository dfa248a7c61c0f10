import type { CacheManager } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import { expectEqual, expectRejection, expectThat } from '../expect.js';
import type { Scene } from '../scene.js';
import { deferred, expectSameError, fill, listedKeys, openEvicting, survivors } from './helpers.js';

const list = new CheckList('getOrSet', ['grace']);
export const graceChecks = list.checks;

const failure = new Error('the service is down');
const fail = () => Promise.reject(failure);

/** A cache whose `key` expired 5 of 60 seconds ago. */
async function openExpired(scene: Scene): Promise<CacheManager> {
  const cache = await scene.open();
  await cache.getOrSet('key', () => 'old', { ttl: '10s', grace: '60s' });
  await scene.advance(15_000);
  return cache;
}

list.add(
  'grace-while-refreshing',
  'In its grace an expired value is served while one caller, who waits, computes the new one.',
  async (scene) => {
    const cache = await openExpired(scene);
    const gate = deferred<string>();
    let runs = 0;
    const call = () =>
      cache.getOrSet(
        'key',
        () => {
          runs++;
          return gate.promise;
        },
        { ttl: '10s', grace: '60s' },
      );
    const first = call();
    await scene.eventually('the factory to run', async () => runs > 0);
    expectEqual('what others get meanwhile', await Promise.all([call(), call()]), ['old', 'old']);
    gate.resolve('new');
    expectEqual('what the one who computes gets', await first, 'new');
    expectEqual('runs of the factory', runs, 1);
    expectEqual("get('key')", await cache.get('key'), 'new');
  },
);

list.add('grace-on-failure', 'In its grace an expired value is served when the factory fails.', async (scene) => {
  const cache = await openExpired(scene);
  for (let call = 0; call < 2; call++) {
    expectEqual('getOrSet()', await cache.getOrSet('key', fail, { ttl: '10s', grace: '60s' }), 'old');
  }
  expectThat('the failures to be counted as errors', (await cache.getStats()).errorCount >= 2, await cache.getStats());
  await scene.advance(60_000);
  await expectSameError('getOrSet() after the grace', failure, () =>
    cache.getOrSet('key', fail, { ttl: '10s', grace: '60s' }),
  );
});

list.add(
  'grace-of-the-caller',
  'A caller is served no value that expired longer ago than the grace it asks for.',
  async (scene) => {
    const cache = await openExpired(scene);
    await expectSameError('getOrSet() without grace', failure, () => cache.getOrSet('key', fail));
    await expectSameError('getOrSet() with a grace of 4 seconds', failure, () =>
      cache.getOrSet('key', fail, { grace: 4 }),
    );
    expectEqual('getOrSet() with a grace of 6 seconds', await cache.getOrSet('key', fail, { grace: 6 }), 'old');
  },
);

list.add(
  'grace-is-hidden',
  'Reads and listings do not show an entry that has expired, in its grace or not.',
  async (scene) => {
    const cache = await openExpired(scene);
    expectEqual("get('key')", await cache.get('key'), undefined);
    expectEqual("lookup('key')", await cache.lookup('key'), { hit: false });
    expectEqual("exists('key')", await cache.exists('key'), false);
    expectEqual("getMetadata('key')", await cache.getMetadata('key'), undefined);
    expectEqual('the listed keys', await listedKeys(cache), []);
    expectEqual("delete('key')", await cache.delete('key'), false);
  },
);

list.add(
  'grace-outlasts-cleanup',
  'A cleanup keeps an expired entry until its grace is over, and then removes it.',
  async (scene) => {
    const cache = await openExpired(scene);
    await cache.cleanup();
    expectEqual('getOrSet() after a cleanup', await cache.getOrSet('key', fail, { grace: '60s' }), 'old');
    expectEqual('totalEntries in the grace', (await cache.getStats()).totalEntries, 1);
    await scene.advance(56_000);
    await cache.cleanup();
    expectEqual('totalEntries after the grace', (await cache.getStats()).totalEntries, 0);
    expectEqual('expiredCount', (await cache.getStats()).expiredCount, 1);
  },
);

list.add('grace-yields-to-set', 'A set or a delete ends the grace of what was there.', async (scene) => {
  const cache = await openExpired(scene);
  await cache.set('key', 'newer', { ttl: '1s' });
  await scene.advance(2_000);
  await cache.cleanup();
  await expectSameError('getOrSet() after the set expired', failure, () =>
    cache.getOrSet('key', fail, { grace: '60s' }),
  );
  await cache.getOrSet('key', () => 'old', { ttl: '10s', grace: '60s' });
  await cache.delete('key');
  await expectSameError('getOrSet() after a delete', failure, () => cache.getOrSet('key', fail, { grace: '60s' }));
});

list.add(
  'grace-makes-room',
  'Where room is needed, entries in their grace go before live ones, and count as expired.',
  async (scene) => {
    const cache = await openEvicting(scene, { maxEntries: 4 });
    await cache.getOrSet('stale', () => 1, { ttl: '1s', grace: '1h' });
    await scene.advance(2_000);
    await cache.cleanup();
    const keys = await fill(scene, cache, 4);
    expectEqual('live entries', await survivors(cache, keys), keys);
    const { expiredCount, evictionCount } = await cache.getStats();
    expectEqual('expiries and evictions', [expiredCount, evictionCount], [1, 0]);
  },
  { needs: ['entryLimit', 'evicts'] },
);

list.add(
  'soft-timeout',
  'A caller who can be served an expired value waits no longer than softTimeout.',
  async (scene) => {
    const cache = await openExpired(scene);
    const gate = deferred<string>();
    let isRunning = false;
    const compute = () => {
      isRunning = true;
      return gate.promise;
    };
    let answer: unknown;
    const call = cache.getOrSet('key', compute, { grace: '60s', softTimeout: '2s' }).then((value) => {
      answer = value;
    });
    await scene.eventually('the factory to run', async () => isRunning);
    await scene.advance(1_900);
    expectEqual('the answer before the timeout', answer, undefined);
    await scene.advance(200);
    await call;
    expectEqual('the answer after the timeout', answer, 'old');
    gate.resolve('new');
    await scene.eventually('the value to be stored in the background', async () => (await cache.get('key')) === 'new');
  },
);

list.add(
  'soft-timeout-of-zero',
  'With a softTimeout of 0 an expired value is served without waiting.',
  async (scene) => {
    const cache = await openExpired(scene);
    const compute = async () => 'new';
    expectEqual('getOrSet()', await cache.getOrSet('key', compute, { grace: '60s', softTimeout: 0 }), 'old');
    await scene.eventually('the value to be stored in the background', async () => (await cache.get('key')) === 'new');
  },
);

list.add(
  'soft-timeout-then-failure',
  'A factory that fails after a softTimeout is counted, and rejects nowhere.',
  async (scene) => {
    const cache = await openExpired(scene);
    expectEqual('getOrSet()', await cache.getOrSet('key', fail, { grace: '60s', softTimeout: 0 }), 'old');
    await scene.eventually('the failure to be counted', async () => (await cache.getStats()).errorCount > 0);
    expectEqual('getOrSet() again', await cache.getOrSet('key', () => 'new', { grace: '60s' }), 'new');
  },
);

list.add(
  'hard-timeout-in-grace',
  'After hardTimeout an expired value is served instead of a rejection.',
  async (scene) => {
    const cache = await openExpired(scene);
    let signal: AbortSignal | undefined;
    const call = cache.getOrSet<string>(
      'key',
      (context) => {
        signal = context.signal;
        return new Promise(() => {});
      },
      { grace: '60s', hardTimeout: '3s' },
    );
    await scene.eventually('the factory to run', async () => signal !== undefined);
    await scene.advance(3_000);
    expectEqual('getOrSet()', await call, 'old');
    expectEqual('signal.aborted', signal?.aborted, true);
  },
);

list.add(
  'previous-in-grace',
  'The factory is given the expired value that it replaces, as one of its own.',
  async (scene) => {
    const cache = await scene.open();
    const given: unknown[] = [];
    const compute = ({ previous }: { previous: unknown }) => {
      given.push(previous);
      return { count: given.length };
    };
    const options = { ttl: '10s', grace: '60s' } as const;
    await cache.getOrSet('key', compute, options);
    await scene.advance(15_000);
    await cache.getOrSet('key', compute, options);
    await scene.advance(100_000);
    await cache.getOrSet('key', compute, options);
    expectEqual('previous values', given, [undefined, { count: 1 }, undefined]);
  },
);

list.add(
  'grace-over-reopen',
  'An expired entry is still served in its grace by the next instance.',
  async (scene) => {
    const first = await openExpired(scene);
    await first.close();
    const second = await scene.open();
    expectEqual('getOrSet()', await second.getOrSet('key', fail, { grace: '60s' }), 'old');
    await expectRejection('getOrSet() of the closed one', 'CACHE_CLOSED', () => first.getOrSet('key', fail));
  },
  { needs: ['persistent'] },
);
