import { CheckList } from '../check.js';
import { expectEqual, expectThat } from '../expect.js';
import { listedKeys, metadataOf, survivors } from './helpers.js';
import { randomValue } from './random-value.js';

const list = new CheckList('persistence', ['persistent']);
export const persistenceChecks = list.checks;

list.add('values', 'A value is found by the next instance on the store.', async (scene) => {
  const first = await scene.open();
  await first.set('key', { a: [1] });
  await first.set('key with / and \0', 'other');
  await first.close();
  const second = await scene.open();
  expectEqual("get('key') of the next instance", await second.get('key'), { a: [1] });
  expectEqual('get() of the other key', await second.get('key with / and \0'), 'other');
  expectEqual('the listed keys', await listedKeys(second), ['key', 'key with / and \0']);
});

list.add(
  'values-of-every-type',
  'Values of every type come back equal and of their own type after a restart.',
  async (scene) => {
    const values: unknown[] = [
      null,
      '',
      0,
      false,
      -0,
      Number.NaN,
      2n ** 70n,
      new Date(5),
      /a/gi,
      new Uint8Array([0, 255]),
      Buffer.from('é'),
      new Map<unknown, unknown>([[{ a: 1 }, new Set([undefined, 1n])]]),
      { a: undefined, list: [undefined] },
      new Float64Array([-0, 1.5]),
      JSON.parse('{"__proto__": {"a": 1}}'),
      { $: 'date', v: 0 },
      '\ud800',
      Buffer.alloc(100_000, 7),
      'é'.repeat(100_000),
      ...Array.from({ length: 10 }, () => randomValue(scene.random, 4)),
    ];
    const first = await scene.open();
    for (const [index, value] of values.entries()) await first.set(`key ${index}`, value);
    await first.close();
    const second = await scene.open();
    for (const [index, value] of values.entries()) {
      expectEqual('the value after the restart', await second.get(`key ${index}`), value);
    }
  },
  { entries: 40, sizeBytes: 8 << 20 },
);

list.add('ttl', 'The time to live runs on while no instance is open, and ends at the same instant.', async (scene) => {
  const first = await scene.open();
  await first.set('short', 1, { ttl: 10 });
  await first.set('long', 1, { ttl: 30 });
  await first.set('never', 1, { ttl: null });
  await scene.advance(5_000);
  await first.close();
  await scene.advance(6_000);
  const second = await scene.open();
  expectEqual('the listed keys 11 seconds later', await listedKeys(second), ['long', 'never']);
  expectEqual("get('short') 11 seconds later", await second.get('short'), undefined);
  await scene.advance(18_000);
  expectEqual("get('long') 29 seconds later", await second.get('long'), 1);
  await scene.advance(1_000);
  expectEqual("get('long') 30 seconds later", await second.get('long'), undefined);
  expectEqual("get('never') 30 seconds later", await second.get('never'), 1);
});

list.add(
  'default-ttl-stays',
  'The default ttl of a later instance changes nothing for entries that are there.',
  async (scene) => {
    const first = await scene.open({ defaultTtl: 100 });
    await first.set('key', 1);
    await first.close();
    const second = await scene.open({ defaultTtl: 5 });
    await scene.advance(50_000);
    expectEqual("get('key') after 50 of its 100 seconds", await second.get('key'), 1);
    expectEqual('its ttlSeconds', (await metadataOf(second, 'key')).ttlSeconds, 100);
  },
);

list.add('metadata', 'Size, dates, ttl and tags are found by the next instance.', async (scene) => {
  const first = await scene.open();
  await first.set('key', 'value', { ttl: 90, tags: ['a', 'b'] });
  const { sizeBytes, createdAt, ttlSeconds, expiresAt, tags } = await metadataOf(first, 'key');
  await first.close();
  await scene.advance(5_000);
  const second = await scene.open();
  const after = await metadataOf(second, 'key');
  expectEqual(
    'the metadata of the next instance',
    {
      key: after.key,
      sizeBytes: after.sizeBytes,
      createdAt: after.createdAt,
      ttlSeconds: after.ttlSeconds,
      expiresAt: after.expiresAt,
      tags: after.tags,
      ageSeconds: after.ageSeconds,
    },
    { key: 'key', sizeBytes, createdAt, ttlSeconds, expiresAt, tags, ageSeconds: 5 },
  );
});

list.add('overwrites', 'After a restart the last set of a key counts.', async (scene) => {
  const first = await scene.open();
  for (let version = 0; version < 10; version++) await first.set('key', { version });
  await first.close();
  const second = await scene.open();
  expectEqual("get('key')", await second.get('key'), { version: 9 });
  await second.set('key', 'newest');
  await second.close();
  const third = await scene.open();
  expectEqual("get('key') after another restart", await third.get('key'), 'newest');
});

list.add('deletes', 'What was deleted stays deleted after a restart.', async (scene) => {
  const first = await scene.open();
  for (const key of ['a', 'b', 'c']) await first.set(key, key);
  await first.delete('b');
  await first.close();
  const second = await scene.open();
  expectEqual('the listed keys', await listedKeys(second), ['a', 'c']);
  expectEqual("get('b')", await second.get('b'), undefined);
});

list.add('clear', 'What was cleared stays cleared after a restart.', async (scene) => {
  const first = await scene.open();
  for (const key of ['a', 'b', 'c']) await first.set(key, key);
  await first.clear();
  await first.set('d', 'd');
  await first.close();
  const second = await scene.open();
  expectEqual('the listed keys', await listedKeys(second), ['d']);
});

list.add('totals', 'The totals of the next instance are what the store holds.', async (scene) => {
  const first = await scene.open();
  for (const key of ['a', 'b', 'c']) await first.set(key, key.repeat(1_000));
  const before = await first.getStats();
  await first.close();
  const second = await scene.open();
  const { totalEntries, totalSizeBytes } = await second.getStats();
  expectEqual(
    'the totals',
    { totalEntries, totalSizeBytes },
    { totalEntries: 3, totalSizeBytes: before.totalSizeBytes },
  );
});

list.add('cleanup', 'cleanup removes what expired while no instance was open.', async (scene) => {
  const first = await scene.open();
  await first.setMany([
    ['a', 1, { ttl: 5 }],
    ['b', 1, { ttl: 5 }],
    ['c', 1],
  ]);
  await first.close();
  await scene.advance(6_000);
  const second = await scene.open({ cleanupIntervalSeconds: 0 });
  expectEqual('cleanup()', await second.cleanup(), 2);
  expectEqual('the listed keys', await listedKeys(second), ['c']);
});

list.add(
  'limits',
  'A limit counts the entries that an instance finds on the store.',
  async (scene) => {
    const first = await scene.open();
    const old = Array.from({ length: 8 }, (_, index) => `key ${index}`);
    for (const key of old) await first.set(key, 1);
    await first.close();
    const second = await scene.open({ maxEntries: 4, evictionPolicy: scene.evictingPolicy });
    await second.set('new', 1);
    const keys = await survivors(second, [...old, 'new']);
    expectThat('at most 4 entries after a set', keys.length <= 4, keys);
    expectThat("'new' among them", keys.includes('new'), keys);
  },
  { needs: ['entryLimit', 'evicts'], entries: 10 },
);

list.add(
  'fifo-order',
  'FIFO evicts by age across restarts.',
  async (scene) => {
    const first = await scene.open({ maxEntries: 4, evictionPolicy: 'fifo' });
    for (const key of ['c', 'a', 'd', 'b']) {
      await first.set(key, 1);
      await scene.advance(1_000);
    }
    await first.close();
    const second = await scene.open({ maxEntries: 4, evictionPolicy: 'fifo' });
    await second.set('e', 1);
    expectEqual('the keys left', await survivors(second, ['a', 'b', 'c', 'd', 'e']), ['a', 'b', 'd', 'e']);
  },
  { needs: ['fifo'] },
);
