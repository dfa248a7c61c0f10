import { CheckList } from '../check.js';
import { expectEqual, expectRejection, expectThat } from '../expect.js';
import { listedKeys, metadataOf } from './helpers.js';

const list = new CheckList('sliding', ['slidingTtl', 'exactClock']);
export const slidingChecks = list.checks;

const TTL_MS = 100_000;
const SLIDING = { ttl: TTL_MS / 1_000, sliding: true } as const;
/** A read need not be recorded before a tenth of the ttl has passed. */
const LEAST_MS = TTL_MS * 0.9;

list.add(
  'reads-extend',
  'A read that hits a sliding entry extends it: it lives for nine tenths of its ttl at least, and never for longer than that from its last read on.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('read', 1, SLIDING);
    await cache.set('unread', 1, SLIDING);
    const reads = [
      () => cache.get('read'),
      async () => (await cache.lookup('read')).hit && 1,
      async () => (await cache.getMany(['read'])).get('read'),
      () => cache.getOrSet('read', () => 2),
    ];
    for (const read of reads) {
      await scene.advance(LEAST_MS - 1_000);
      expectEqual('the value read', await read(), 1);
    }
    expectEqual("get('unread')", await cache.get('unread'), undefined);
    expectEqual('the listed keys', await listedKeys(cache), ['read']);
    await scene.advance(LEAST_MS - 1_000);
    expectEqual('exists() before its end', await cache.exists('read'), true);
    await scene.advance(TTL_MS - LEAST_MS + 1_000);
    expectEqual('exists() after its end', await cache.exists('read'), false);
    expectEqual('get() after its end', await cache.get('read'), undefined);
  },
);

list.add(
  'touches-only-reads',
  'What is no read extends no entry, and a read extends no other one than a sliding one.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('sliding', 1, SLIDING);
    await cache.set('fixed', 1, { ttl: SLIDING.ttl });
    await cache.set('plain', 1, { ...SLIDING, sliding: false });
    for (let step = 1; step < 10; step++) {
      await scene.advance(TTL_MS / 10);
      await cache.exists('sliding');
      await cache.getMetadata('sliding');
      await listedKeys(cache);
      expectEqual(
        'what is read',
        await cache.getMany(['fixed', 'plain']),
        new Map([
          ['fixed', 1],
          ['plain', 1],
        ]),
      );
    }
    await scene.advance(TTL_MS / 10);
    expectEqual('the listed keys at the end', await listedKeys(cache), []);
  },
);

list.add(
  'is-shown',
  'The metadata of a sliding entry show its ttl and the expiry that is in force, and cleanup goes by it.',
  async (scene) => {
    const cache = await scene.open();
    const createdAt = scene.now();
    await cache.set('key', 1, SLIDING);
    expectEqual('expiresAt', (await metadataOf(cache, 'key')).expiresAt, createdAt + TTL_MS);
    await scene.advance(TTL_MS / 2);
    const looked = await cache.lookup('key');
    expectEqual('expiresAt of lookup', looked.hit && looked.metadata.expiresAt, scene.now() + TTL_MS);
    const metadata = await metadataOf(cache, 'key');
    expectEqual('expiresAt after a read', metadata.expiresAt, scene.now() + TTL_MS);
    expectEqual('ttlSeconds', metadata.ttlSeconds, SLIDING.ttl);
    expectEqual('createdAt', metadata.createdAt, createdAt);
    await scene.advance(TTL_MS * 0.8);
    await cache.cleanup();
    expectEqual("get('key') after a cleanup", await cache.get('key'), 1);
    await scene.advance(TTL_MS);
    expectEqual('the entries that a cleanup removed', await cache.cleanup(), 1);
    expectEqual('expiredCount', (await cache.getStats()).expiredCount, 1);
  },
);

list.add(
  'ends-with-set',
  'A set says anew whether its entry is sliding; update keeps it, and touch with another ttl.',
  async (scene) => {
    const cache = await scene.open();
    for (const key of ['set', 'update', 'touch']) await cache.set(key, 1, SLIDING);
    await scene.advance(TTL_MS / 2);
    await cache.getMany(['set', 'update', 'touch']);
    await cache.set('set', 2, { ttl: SLIDING.ttl });
    await cache.update('update', () => 2);
    await cache.touch('touch', SLIDING.ttl * 2);
    await scene.advance(TTL_MS * 0.8);
    const found = await cache.getMany(['set', 'update', 'touch']);
    expectEqual('what is there before the ttl is over', [...found.keys()], ['set', 'update', 'touch']);
    await scene.advance(TTL_MS * 0.8);
    expectEqual('what is there afterwards', await listedKeys(cache), ['touch', 'update']);
    await cache.getMany(['touch', 'update']);
    await scene.advance(TTL_MS * 1.5);
    expectEqual('what is there of twice the ttl', await listedKeys(cache), ['touch']);
  },
);

list.add(
  'across-instances',
  'A read of one instance extends the entry for every other one on the store, and for their cleanups.',
  async (scene) => {
    const [first, second] = [await scene.open(), await scene.open()];
    await first.set('key', 1, SLIDING);
    await first.get('key');
    for (let round = 0; round < 3; round++) {
      await scene.advance(TTL_MS / 2);
      expectEqual("get('key') of the second", await second.get('key'), 1);
      await scene.advance(TTL_MS * 0.8);
      await first.cleanup();
      expectEqual("get('key') of the first", await first.get('key'), 1);
    }
    await second.set('key', 2, { ttl: SLIDING.ttl });
    await first.get('key');
    await scene.advance(TTL_MS);
    expectEqual("exists('key') of one that is not sliding", await first.exists('key'), false);
  },
  { needs: ['multiProcess'] },
);

list.add('checked', 'sliding that is neither true nor false rejects with CACHE_INVALID_CONFIG.', async (scene) => {
  const cache = await scene.open();
  for (const sliding of [1, 'yes', null, {}]) {
    // Programs without types pass anything.
    const options = { ttl: 1, sliding: sliding as boolean };
    await expectRejection('set() with such options', 'CACHE_INVALID_CONFIG', () => cache.set('key', 1, options));
    await expectRejection('getOrSet() with such options', 'CACHE_INVALID_CONFIG', () =>
      cache.getOrSet('key', () => 1, options),
    );
  }
  expectEqual("get('key')", await cache.get('key'), undefined);
});

list.add(
  'over-reopen',
  'The next instance on the store goes on from the expiry that reads of the last one have given.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1, SLIDING);
    await scene.advance(TTL_MS / 2);
    await cache.get('key');
    await scene.close(cache);
    await scene.advance(TTL_MS * 0.8);
    const next = await scene.open();
    expectEqual("get('key')", await next.get('key'), 1);
    const { expiresAt } = await metadataOf(next, 'key');
    expectThat('an expiry after its ttl at most', (expiresAt ?? Infinity) <= scene.now() + TTL_MS, expiresAt);
  },
  { needs: ['persistent'] },
);
