import type { Ttl } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import { expectEqual, expectRejection } from '../expect.js';
import { metadataOf } from './helpers.js';

const list = new CheckList('ttl');
export const ttlChecks = list.checks;

const DURATIONS: readonly (readonly [Ttl, number])[] = [
  ['250ms', 0.25],
  ['30s', 30],
  ['5m', 300],
  ['1h', 3_600],
  ['7d', 604_800],
  ['1.5h', 5_400],
  [30, 30],
  [0.25, 0.25],
];

list.add('units', "A bare number is seconds; '250ms', '30s', '5m', '1h' and '7d' are what they say.", async (scene) => {
  const cache = await scene.open();
  for (const [ttl, seconds] of DURATIONS) {
    await cache.set('key', 1, { ttl });
    const { ttlSeconds, createdAt, expiresAt } = await metadataOf(cache, 'key');
    expectEqual(`ttlSeconds for a ttl of ${JSON.stringify(ttl)}`, ttlSeconds, seconds);
    expectEqual(`expiresAt for a ttl of ${JSON.stringify(ttl)}`, expiresAt, createdAt + seconds * 1_000);
  }
});

list.add('none', 'Without ttl and default an entry never expires.', async (scene) => {
  const cache = await scene.open({ defaultTtl: null, cleanupIntervalSeconds: 0 });
  await cache.set('key', 1);
  await scene.advance(10 * 365 * 86_400_000);
  expectEqual("get('key') ten years later", await cache.get('key'), 1);
  const { ttlSeconds, expiresAt } = await metadataOf(cache, 'key');
  expectEqual('its ttlSeconds and expiresAt', { ttlSeconds, expiresAt }, { ttlSeconds: null, expiresAt: null });
});

list.add('default', 'The default ttl holds for entries whose set names none.', async (scene) => {
  const cache = await scene.open({ defaultTtl: 10 });
  await cache.set('key', 1);
  await cache.set('undefined', 1, { ttl: undefined });
  await scene.advance(9_000);
  expectEqual("get('key') before the default ttl is over", await cache.get('key'), 1);
  expectEqual("get('undefined') before the default ttl is over", await cache.get('undefined'), 1);
  await scene.advance(1_500);
  expectEqual("get('key') after the default ttl", await cache.get('key'), undefined);
  expectEqual("get('undefined') after the default ttl", await cache.get('undefined'), undefined);
});

list.add('default-as-duration', 'The default ttl may be a duration.', async (scene) => {
  const cache = await scene.open({ defaultTtl: '2m' });
  await cache.set('key', 1);
  expectEqual('ttlSeconds', (await metadataOf(cache, 'key')).ttlSeconds, 120);
});

list.add('own-before-default', 'The ttl of a set goes before the default, shorter or longer.', async (scene) => {
  const cache = await scene.open({ defaultTtl: 10 });
  await cache.set('short', 1, { ttl: 5 });
  await cache.set('long', 1, { ttl: 20 });
  await scene.advance(6_000);
  expectEqual("get('short') after its own ttl", await cache.get('short'), undefined);
  await scene.advance(6_000);
  expectEqual("get('long') after the default ttl", await cache.get('long'), 1);
  await scene.advance(9_000);
  expectEqual("get('long') after its own ttl", await cache.get('long'), undefined);
});

list.add('null-before-default', 'A ttl of null means never, also where there is a default.', async (scene) => {
  const cache = await scene.open({ defaultTtl: 10 });
  await cache.set('key', 1, { ttl: null });
  await scene.advance(60_000);
  expectEqual("get('key')", await cache.get('key'), 1);
  expectEqual('its ttlSeconds', (await metadataOf(cache, 'key')).ttlSeconds, null);
});

const INVALID: readonly unknown[] = [
  0,
  -0,
  -1,
  -0.001,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e300,
  '',
  '0s',
  '0ms',
  '-5s',
  '5',
  '5 m',
  ' 5m',
  '5m ',
  '1h30m',
  '5x',
  '5M',
  'm',
  '.5s',
  '1e3s',
  '∞',
  'never',
  true,
  false,
  {},
  [],
  [5],
  new Date(0),
  5n,
  Symbol('5s'),
  () => 5,
];

list.add(
  'invalid-refused',
  'A ttl that is not above zero, or no ttl at all, rejects with CACHE_INVALID_TTL.',
  async (scene) => {
    const cache = await scene.open();
    for (const ttl of INVALID) {
      // Programs without types pass anything.
      const options = { ttl: ttl as Ttl };
      await expectRejection('set() with such a ttl', 'CACHE_INVALID_TTL', () => cache.set('key', 1, options));
    }
    expectEqual("get('key') after refused sets", await cache.get('key'), undefined);
  },
);

list.add(
  'invalid-refused-everywhere',
  'setMany and getOrSet refuse an invalid ttl too, and the factory does not run.',
  async (scene) => {
    const cache = await scene.open();
    let runs = 0;
    for (const ttl of [0, -1, Number.NaN]) {
      await expectRejection('setMany()', 'CACHE_INVALID_TTL', () => cache.setMany([['key', 1, { ttl }]]));
      await expectRejection('getOrSet()', 'CACHE_INVALID_TTL', () => cache.getOrSet('key', () => ++runs, { ttl }));
    }
    expectEqual('runs of the factory', runs, 0);
    expectEqual("get('key')", await cache.get('key'), undefined);
  },
);

list.add('invalid-leaves-old', 'A set with an invalid ttl leaves the old entry and its ttl.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 'old', { ttl: 10 });
  await expectRejection('set() with a ttl of 0', 'CACHE_INVALID_TTL', () => cache.set('key', 'new', { ttl: 0 }));
  expectEqual("get('key')", await cache.get('key'), 'old');
  expectEqual('its ttlSeconds', (await metadataOf(cache, 'key')).ttlSeconds, 10);
});

list.add(
  'misspelt-option-refused',
  'An option of set that does not exist rejects instead of storing without it.',
  async (scene) => {
    const cache = await scene.open();
    const misspelt = { tll: 5 };
    await expectRejection('set() with { tll: 5 }', 'CACHE_INVALID_CONFIG', () =>
      cache.set('key', 1, misspelt as object),
    );
    await expectRejection('set() with a number for options', 'CACHE_INVALID_CONFIG', () =>
      cache.set('key', 1, 5 as unknown as object),
    );
    expectEqual("get('key') after refused sets", await cache.get('key'), undefined);
  },
);

list.add('overwrite-restarts', 'A set of an existing key starts its time to live anew.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 1, { ttl: 10 });
  await scene.advance(8_000);
  await cache.set('key', 2, { ttl: 10 });
  await scene.advance(8_000);
  expectEqual("get('key') 8 of its 10 seconds after the overwrite", await cache.get('key'), 2);
  await scene.advance(3_000);
  expectEqual("get('key') 11 seconds after the overwrite", await cache.get('key'), undefined);
});

list.add(
  'overwrite-takes-default',
  'A set without ttl over an entry with one takes the default, not the old ttl.',
  async (scene) => {
    const cache = await scene.open({ defaultTtl: 100 });
    await cache.set('key', 1, { ttl: 5 });
    await cache.set('key', 2);
    expectEqual('ttlSeconds after the overwrite', (await metadataOf(cache, 'key')).ttlSeconds, 100);
    await scene.advance(50_000);
    expectEqual("get('key') after the old ttl", await cache.get('key'), 2);
  },
);

list.add('overwrite-shortens', 'A set may shorten the time to live, and end it being endless.', async (scene) => {
  const cache = await scene.open({ defaultTtl: null });
  await cache.set('key', 1);
  await cache.set('key', 2, { ttl: 5 });
  await scene.advance(6_000);
  expectEqual("get('key') after the new ttl", await cache.get('key'), undefined);
});

list.add('overwrite-ends', 'A set with a ttl of null over an entry with one keeps it for good.', async (scene) => {
  const cache = await scene.open({ defaultTtl: null });
  await cache.set('key', 1, { ttl: 5 });
  await cache.set('key', 2, { ttl: null });
  await scene.advance(60_000);
  expectEqual("get('key') after the old ttl", await cache.get('key'), 2);
});

list.add('reads-do-not-extend', 'Reads do not extend the time to live.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 1, { ttl: 10 });
  for (let second = 0; second < 9; second++) {
    await scene.advance(1_000);
    expectEqual(`get('key') after ${second + 1} of 10 seconds`, await cache.get('key'), 1);
    await cache.lookup('key');
    await cache.getMetadata('key');
  }
  await scene.advance(1_500);
  expectEqual("get('key') after 10.5 seconds", await cache.get('key'), undefined);
});

list.add('own-clocks', 'Each entry has its own time to live.', async (scene) => {
  const cache = await scene.open();
  for (const seconds of [2, 4, 6, 8]) await cache.set(`key ${seconds}`, seconds, { ttl: seconds });
  for (const passed of [1, 3, 5, 7, 9]) {
    await scene.advance(passed === 1 ? 1_000 : 2_000);
    const left = [...(await cache.getMany(['key 2', 'key 4', 'key 6', 'key 8'])).values()];
    expectEqual(
      `the values left after ${passed} seconds`,
      left,
      [2, 4, 6, 8].filter((seconds) => seconds > passed),
    );
  }
});
