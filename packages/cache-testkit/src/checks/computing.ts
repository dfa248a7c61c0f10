import { CheckList } from '../check.js';
import { expectEqual, expectRejection, expectThat } from '../expect.js';
import { deferred, expectSameError, metadataOf } from './helpers.js';

const list = new CheckList('getOrSet');
export const computingChecks = list.checks;

const failure = new Error('the service is down');

list.add(
  'hard-timeout',
  'After hardTimeout a caller is rejected with CACHE_TIMEOUT, and the signal is aborted.',
  async (scene) => {
    const cache = await scene.open();
    let signal: AbortSignal | undefined;
    const late = deferred<string>();
    const call = cache.getOrSet(
      'key',
      (context) => {
        signal = context.signal;
        return late.promise;
      },
      { hardTimeout: '3s' },
    );
    const rejection = expectRejection('getOrSet()', 'CACHE_TIMEOUT', () => call);
    await scene.eventually('the factory to run', async () => signal !== undefined);
    await scene.advance(2_900);
    expectEqual('signal.aborted before the timeout', signal?.aborted, false);
    await scene.advance(100);
    await rejection;
    expectEqual('signal.aborted', signal?.aborted, true);
    late.resolve('late');
    expectEqual('the next getOrSet()', await cache.getOrSet('key', () => 'fresh'), 'fresh');
    expectEqual("get('key')", await cache.get('key'), 'fresh');
  },
);

list.add(
  'hard-timeout-of-one',
  'A caller who gives up takes the value from nobody: others wait on, and the signal is not aborted.',
  async (scene) => {
    const cache = await scene.open();
    const gate = deferred<string>();
    let signal: AbortSignal | undefined;
    const impatient = cache.getOrSet(
      'key',
      (context) => {
        signal = context.signal;
        return gate.promise;
      },
      { hardTimeout: '3s' },
    );
    const rejection = expectRejection('getOrSet()', 'CACHE_TIMEOUT', () => impatient);
    await scene.eventually('the factory to run', async () => signal !== undefined);
    const patient = cache.getOrSet('key', () => 'of another run');
    // The patient one has joined when its read has missed.
    await scene.eventually('a second miss', async () => (await cache.getStats()).missCount === 2);
    await scene.advance(3_000);
    await rejection;
    expectEqual('signal.aborted', signal?.aborted, false);
    gate.resolve('value');
    expectEqual('what the other caller gets', await patient, 'value');
    expectEqual("get('key')", await cache.get('key'), 'value');
  },
);

list.add(
  'refresh-ahead',
  'A read after the share refreshAhead of the ttl serves the value and has a new one computed.',
  async (scene) => {
    const cache = await scene.open();
    let runs = 0;
    const given: unknown[] = [];
    const call = () =>
      cache.getOrSet(
        'key',
        async ({ previous }) => {
          given.push(previous);
          return ++runs;
        },
        { ttl: '100s', refreshAhead: 0.8 },
      );
    await call();
    await scene.advance(79_000);
    expectEqual('before the share is gone', await call(), 1);
    await scene.advance(2_000);
    expectEqual('runs before the share is gone', runs, 1);
    expectEqual('after the share is gone', await call(), 1);
    await scene.eventually('the new value to be there', async () => (await cache.get('key')) === 2);
    expectEqual('what the factory was given', given, [undefined, 1]);
    await scene.advance(50_000);
    expectEqual('after the old value would have expired', await call(), 2);
    expectEqual('runs', runs, 2);
  },
);

list.add(
  'refresh-ahead-fails',
  'A refresh ahead that fails leaves the value, is counted, and rejects nowhere.',
  async (scene) => {
    const cache = await scene.open();
    await cache.getOrSet('key', () => 'value', { ttl: '100s' });
    await scene.advance(90_000);
    const fail = () => Promise.reject(failure);
    expectEqual('getOrSet()', await cache.getOrSet('key', fail, { refreshAhead: 0.5 }), 'value');
    await scene.eventually('the failure to be counted', async () => (await cache.getStats()).errorCount > 0);
    expectEqual("get('key')", await cache.get('key'), 'value');
  },
);

list.add(
  'close-ends-refreshes',
  'close ends within a second although a background refresh does not.',
  async (scene) => {
    const cache = await scene.open();
    await cache.getOrSet('key', () => 'old', { ttl: '100s' });
    await scene.advance(90_000);
    let signal: AbortSignal | undefined;
    await cache.getOrSet<string>(
      'key',
      (context) => {
        signal = context.signal;
        return new Promise(() => {});
      },
      { refreshAhead: 0.5 },
    );
    await scene.eventually('the factory to run', async () => signal !== undefined);
    let isClosed = false;
    const closing = cache.close().then(() => {
      isClosed = true;
    });
    await scene.eventually('close to end', async () => {
      await scene.advance(1_000);
      return isClosed;
    });
    await closing;
    expectEqual('signal.aborted', signal?.aborted, true);
    expectEqual('timers that are left', scene.timerCount, 0);
  },
);

list.add('jitter', 'jitter shortens the ttl by up to its share, by another part each time.', async (scene) => {
  const cache = await scene.open();
  const ttls: unknown[] = [];
  for (let index = 0; index < 8; index++) {
    await cache.getOrSet(`key ${index}`, () => 1, { ttl: '100s', jitter: 0.2 });
    ttls.push((await metadataOf(cache, `key ${index}`)).ttlSeconds);
  }
  const isWithin = ttls.every((ttl) => typeof ttl === 'number' && ttl > 79.99 && ttl <= 100);
  expectThat('times to live from 80 to 100 seconds', isWithin, ttls);
  expectThat('times to live that differ', new Set(ttls).size > 1, ttls);
});

list.add(
  'should-cache',
  'A value that shouldCache refuses goes to the callers and not into the cache.',
  async (scene) => {
    const cache = await scene.open();
    const options = { shouldCache: (value: { ok: boolean }) => value.ok };
    expectEqual('a refused value', await cache.getOrSet('key', () => ({ ok: false }), options), { ok: false });
    expectEqual("exists('key')", await cache.exists('key'), false);
    expectEqual('a wanted value', await cache.getOrSet('key', () => ({ ok: true }), options), { ok: true });
    expectEqual("get('key')", await cache.get('key'), { ok: true });
  },
);

list.add('factory-decides', 'A factory sets ttl and tags of what it returns, or has it not stored.', async (scene) => {
  const cache = await scene.open();
  await cache.getOrSet(
    'decided',
    async ({ setTtl, setTags }) => {
      setTtl('10s');
      setTags(['a', 'b']);
      return 1;
    },
    { ttl: '1h', tags: ['c'] },
  );
  const { ttlSeconds, tags } = await metadataOf(cache, 'decided');
  expectEqual('ttlSeconds and tags', [ttlSeconds, tags], [10, ['a', 'b']]);
  const skipped = await cache.getOrSet('skipped', (context) => {
    context.skip();
    return 1;
  });
  expectEqual('what is not stored', skipped, 1);
  expectEqual("exists('skipped')", await cache.exists('skipped'), false);
});

list.add(
  'factory-mistakes',
  'A factory that sets a wrong ttl or wrong tags rejects like any caller.',
  async (scene) => {
    const cache = await scene.open();
    await expectRejection('getOrSet() with setTtl(0)', 'CACHE_INVALID_TTL', () =>
      cache.getOrSet('key', ({ setTtl }) => setTtl(0)),
    );
    await expectRejection("getOrSet() with setTags([''])", 'CACHE_INVALID_CONFIG', () =>
      cache.getOrSet('key', ({ setTags }) => setTags([''])),
    );
    expectEqual("exists('key')", await cache.exists('key'), false);
  },
);

list.add(
  'error-ttl',
  'An error is remembered for errorTtl by callers who ask for that, until then or a set.',
  async (scene) => {
    const cache = await scene.open();
    let runs = 0;
    const fail = () => {
      runs++;
      throw failure;
    };
    for (let call = 0; call < 2; call++) {
      await expectSameError('getOrSet()', failure, () => cache.getOrSet('key', fail, { errorTtl: '10s' }));
    }
    expectEqual('runs within errorTtl', runs, 1);
    await expectSameError('getOrSet() without errorTtl', failure, () => cache.getOrSet('key', fail));
    expectEqual('runs of a caller who did not ask', runs, 2);
    await scene.advance(10_000);
    await expectSameError('getOrSet() after errorTtl', failure, () => cache.getOrSet('key', fail, { errorTtl: '10s' }));
    expectEqual('runs after errorTtl', runs, 3);
    await cache.delete('key');
    expectEqual('after a delete', await cache.getOrSet('key', () => 'value', { errorTtl: '10s' }), 'value');
  },
);

list.add(
  'options-refused',
  'Options of getOrSet that are wrong or misspelt reject, and run nothing.',
  async (scene) => {
    const cache = await scene.open();
    let runs = 0;
    const wrong: Record<string, unknown>[] = [
      { grace: -1 },
      { grace: 'soon' },
      { softTimeout: null },
      { hardTimeout: 0 },
      { hardTimeout: '30' },
      { refreshAhead: 1 },
      { refreshAhead: '50%' },
      { jitter: 1.5 },
      { shouldCache: true },
      { errorTtl: Number.NaN },
      { gracePeriod: '1s' },
    ];
    for (const options of wrong) {
      await expectRejection('getOrSet() with such options', 'CACHE_INVALID_CONFIG', () =>
        cache.getOrSet('key', () => ++runs, options),
      );
    }
    expectEqual('runs of the factory', runs, 0);
  },
);
