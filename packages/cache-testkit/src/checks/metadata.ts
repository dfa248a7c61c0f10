import { CheckList } from '../check.js';
import { expectEqual, expectThat } from '../expect.js';
import { metadataOf } from './helpers.js';

const list = new CheckList('metadata');
export const metadataChecks = list.checks;

list.add(
  'fields',
  'getMetadata gives every field, in the units that the names say, and nothing else.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 'value', { ttl: 90, tags: ['a', 'b'] });
    const { sizeBytes, ...rest } = await metadataOf(cache, 'key');
    const createdAt = scene.now();
    expectEqual('the metadata', rest, {
      key: 'key',
      createdAt,
      lastAccessedAt: createdAt,
      accessCount: 0,
      ttlSeconds: 90,
      expiresAt: createdAt + 90_000,
      tags: ['a', 'b'],
      ageSeconds: 0,
      isExpired: false,
    });
    expectThat('sizeBytes to be a whole number above 0', Number.isSafeInteger(sizeBytes) && sizeBytes > 0, sizeBytes);
  },
);

list.add('of-a-missing-key', 'getMetadata of a missing key is undefined.', async (scene) => {
  const cache = await scene.open();
  expectEqual("getMetadata('key')", await cache.getMetadata('key'), undefined);
  await cache.set('key', 1);
  await cache.delete('key');
  expectEqual("getMetadata('key') after its delete", await cache.getMetadata('key'), undefined);
});

list.add(
  'age',
  'ageSeconds is the time since createdAt, in seconds.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1, { ttl: null });
    expectEqual('ageSeconds at once', (await metadataOf(cache, 'key')).ageSeconds, 0);
    await scene.advance(1_500);
    expectEqual('ageSeconds after 1,500 ms', (await metadataOf(cache, 'key')).ageSeconds, 1.5);
    await scene.advance(60_000);
    expectEqual('ageSeconds after 61,500 ms', (await metadataOf(cache, 'key')).ageSeconds, 61.5);
  },
  { needs: ['exactClock'] },
);

list.add('access-count', 'accessCount counts the hits of get, lookup, getMany and getOrSet.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 1);
  await cache.get('key');
  expectEqual('accessCount after a get', (await metadataOf(cache, 'key')).accessCount, 1);
  await cache.lookup('key');
  expectEqual('accessCount after a lookup too', (await metadataOf(cache, 'key')).accessCount, 2);
  await cache.getMany(['key', 'other']);
  expectEqual('accessCount after a getMany too', (await metadataOf(cache, 'key')).accessCount, 3);
  await cache.getOrSet('key', () => 2);
  expectEqual('accessCount after a getOrSet too', (await metadataOf(cache, 'key')).accessCount, 4);
});

list.add('access-count-survives-overwrite', 'accessCount survives a set of the same key.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 1);
  for (let read = 0; read < 3; read++) await cache.get('key');
  await cache.set('key', 2);
  expectEqual('accessCount after the overwrite', (await metadataOf(cache, 'key')).accessCount, 3);
  await cache.get('key');
  expectEqual('accessCount after one more get', (await metadataOf(cache, 'key')).accessCount, 4);
});

list.add(
  'access-count-ends-with-the-entry',
  'accessCount starts at 0 again after a delete and after a clear.',
  async (scene) => {
    const cache = await scene.open();
    const setAndRead = async () => {
      await cache.set('key', 1);
      expectEqual('accessCount of the new entry', (await metadataOf(cache, 'key')).accessCount, 0);
      await cache.get('key');
    };
    await setAndRead();
    await cache.delete('key');
    await setAndRead();
    await cache.clear();
    await setAndRead();
  },
);

list.add(
  'last-access',
  'lastAccessedAt is createdAt before the first read, then the time of the last read.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1);
    const createdAt = scene.now();
    await scene.advance(5_000);
    expectEqual('lastAccessedAt before a read', (await metadataOf(cache, 'key')).lastAccessedAt, createdAt);
    await cache.get('key');
    expectEqual('lastAccessedAt after a get', (await metadataOf(cache, 'key')).lastAccessedAt, scene.now());
    await scene.advance(5_000);
    await cache.lookup('key');
    const metadata = await metadataOf(cache, 'key');
    expectEqual('lastAccessedAt after a lookup', metadata.lastAccessedAt, scene.now());
    expectEqual('createdAt, which reads leave', metadata.createdAt, createdAt);
  },
);

list.add('created-anew', 'A set of an existing key gives it a new createdAt, ttl and expiry.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 1, { ttl: 100 });
  await scene.advance(5_000);
  await cache.set('key', 2, { ttl: 50 });
  const { createdAt, ttlSeconds, expiresAt, ageSeconds } = await metadataOf(cache, 'key');
  expectEqual(
    'the metadata of the new entry',
    { createdAt, ttlSeconds, expiresAt, ageSeconds },
    { createdAt: scene.now(), ttlSeconds: 50, expiresAt: scene.now() + 50_000, ageSeconds: 0 },
  );
});

list.add(
  'asking-touches-nothing',
  'exists, getMetadata, keys and getStats change neither access count nor access time.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1);
    const createdAt = scene.now();
    await scene.advance(5_000);
    for (let round = 0; round < 3; round++) {
      await cache.exists('key');
      await cache.getMetadata('key');
      for await (const _key of cache.keys()) await cache.getStats();
    }
    const { accessCount, lastAccessedAt } = await metadataOf(cache, 'key');
    expectEqual('its usage', { accessCount, lastAccessedAt }, { accessCount: 0, lastAccessedAt: createdAt });
  },
);

list.add(
  'misses-leave-no-trace',
  'Reads of a missing key do not count for the entry that is set later.',
  async (scene) => {
    const cache = await scene.open();
    for (let read = 0; read < 3; read++) await cache.get('key');
    await cache.set('key', 1);
    expectEqual('accessCount of the new entry', (await metadataOf(cache, 'key')).accessCount, 0);
  },
);

list.add('size-grows', 'sizeBytes follows the size of the value, on an overwrite too.', async (scene) => {
  const cache = await scene.open();
  const sizes: number[] = [];
  for (const length of [10, 1_000, 100_000]) {
    await cache.set('key', 'x'.repeat(length));
    sizes.push((await metadataOf(cache, 'key')).sizeBytes);
  }
  const [small = 0, medium = 0, large = 0] = sizes;
  expectThat('about 99,000 bytes between texts of 1,000 and 100,000 characters', within(large - medium, 99_000), sizes);
  expectThat('about 990 bytes between texts of 10 and 1,000 characters', within(medium - small, 990), sizes);
});

list.add('size-in-bytes', 'sizeBytes counts bytes of UTF-8, not characters.', async (scene) => {
  const cache = await scene.open();
  await cache.set('one byte', 'e'.repeat(10_000));
  await cache.set('two bytes', 'é'.repeat(10_000));
  await cache.set('three bytes', '€'.repeat(10_000));
  const one = (await metadataOf(cache, 'one byte')).sizeBytes;
  const two = (await metadataOf(cache, 'two bytes')).sizeBytes;
  const three = (await metadataOf(cache, 'three bytes')).sizeBytes;
  const sizes = { one, two, three };
  expectThat('10,000 bytes more for 10,000 characters of two bytes', within(two - one, 10_000), sizes);
  expectThat('10,000 bytes more again for those of three bytes', within(three - two, 10_000), sizes);
});

list.add('size-of-bytes', 'sizeBytes of binary data is about its length.', async (scene) => {
  const cache = await scene.open();
  for (const value of [new Uint8Array(30_000), Buffer.alloc(30_000)]) {
    await cache.set('key', value);
    const { sizeBytes } = await metadataOf(cache, 'key');
    expectThat('sizeBytes from 30,000 to 42,000', sizeBytes >= 30_000 && sizeBytes <= 42_000, sizeBytes);
  }
});

list.add('of-a-lookup', 'lookup gives the metadata that getMetadata gives, this read included.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', 1, { ttl: 90, tags: ['a'] });
  await scene.advance(2_000);
  await cache.get('key');
  const found = await cache.lookup('key');
  expectThat('lookup() to hit', found.hit, found);
  if (found.hit) expectEqual('lookup().metadata', found.metadata, await cache.getMetadata('key'));
});

list.add(
  'is-a-snapshot',
  'Metadata stays as it was given, and changing it changes nothing in the cache.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1, { tags: ['a'] });
    const before = await metadataOf(cache, 'key');
    // Not a structured clone: in jest, its objects have prototypes of their own.
    const copy = { ...before, tags: [...before.tags] };
    await scene.advance(1_000);
    await cache.get('key');
    expectEqual('the metadata given earlier', before, copy);
    const { tags } = await metadataOf(cache, 'key');
    try {
      // A caller may try; a frozen array refuses.
      (tags as string[]).push('b');
    } catch {}
    expectEqual('tags after a caller changed the array', (await metadataOf(cache, 'key')).tags, ['a']);
  },
);

/** Within a tenth, since backends may add a header or estimate. */
function within(actual: number, expected: number): boolean {
  return Math.abs(actual - expected) <= expected / 10;
}
