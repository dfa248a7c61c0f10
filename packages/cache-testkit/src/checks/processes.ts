import { expectEqual } from '../expect.js';
import { openRemotes, processList, scaled } from './process-helpers.js';

const list = processList();
export const processChecks = list.checks;

list.add('open-at-once', 'Processes that open a new store at the same time share one store.', async (scene) => {
  const remotes = await openRemotes(scene, scaled(scene, 3, 8));
  const keys = remotes.map(({ label }) => label);
  for (const remote of remotes) expectEqual('set()', await remote.call('set', remote.label, remote.label), true);
  for (const remote of remotes) {
    for (const key of keys) expectEqual(`get('${key}') of ${remote.label}`, await remote.call('get', key), key);
  }
});

list.add(
  'see-writes',
  'What a process has set is read by every other one from then on, whatever it has read before.',
  async (scene) => {
    const remotes = await openRemotes(scene, 3);
    // Of one size, and quickly: neither length nor time tells the values apart.
    for (let round = 0; round < scaled(scene, 6, 300); round++) {
      const writer = remotes[round % remotes.length];
      const value = { round: 100_000 + round, filler: 'x'.repeat(50) };
      if (round % 2 === 1) await writer?.call('delete', 'key');
      expectEqual("set('key')", await writer?.call('set', 'key', value), true);
      for (const remote of remotes)
        expectEqual(`get('key') of ${remote.label}`, await remote.call('get', 'key'), value);
    }
  },
);

list.add('see-removals', 'What a process has deleted or cleared is gone for every other one.', async (scene) => {
  const remotes = await openRemotes(scene, 3);
  for (let round = 0; round < scaled(scene, 4, 200); round++) {
    const remover = remotes[round % remotes.length];
    for (const key of ['a', 'b', 'c']) await remotes[(round + 1) % remotes.length]?.call('set', key, round);
    for (const remote of remotes) expectEqual(`get('a') of ${remote.label}`, await remote.call('get', 'a'), round);
    const isClear = round % 2 === 1;
    expectEqual(
      'its result',
      await remover?.call(...((isClear ? ['clear'] : ['delete', 'a']) as [string])),
      isClear ? undefined : true,
    );
    const after = isClear ? 'the clear' : 'the delete';
    for (const remote of remotes) {
      expectEqual(`get('a') of ${remote.label} after ${after}`, await remote.call('get', 'a'), undefined);
      expectEqual(`exists('a') of ${remote.label} after ${after}`, await remote.call('exists', 'a'), false);
      const left = isClear ? undefined : round;
      expectEqual(`get('b') of ${remote.label} after ${after}`, await remote.call('get', 'b'), left);
    }
  }
});

list.add('see-keys', 'Keys, metadata and totals show what every process has stored.', async (scene) => {
  const remotes = await openRemotes(scene, 3);
  // An answer before the writes must not be the answer for ever.
  for (const remote of remotes) expectEqual(`keys() of ${remote.label}`, await remote.call('keys'), []);
  for (const remote of remotes) await remote.call('set', remote.label, [remote.label], { ttl: 90, tags: ['tag'] });
  const keys = remotes.map(({ label }) => label);
  for (const remote of remotes) {
    expectEqual(`keys() of ${remote.label}`, [...((await remote.call('keys')) as string[])].sort(), keys);
    for (const key of keys) {
      const metadata = (await remote.call('getMetadata', key)) as { ttlSeconds?: unknown; tags?: unknown } | undefined;
      const what = `ttl and tags of '${key}' in ${remote.label}`;
      expectEqual(what, { ttlSeconds: metadata?.ttlSeconds, tags: metadata?.tags }, { ttlSeconds: 90, tags: ['tag'] });
    }
    const { totalEntries } = (await remote.call('getStats')) as { totalEntries: number };
    expectEqual(`totalEntries of ${remote.label}`, totalEntries, keys.length);
  }
});

list.add(
  'delete-once',
  'Of processes that delete an entry at the same time, one is told that it was there.',
  async (scene) => {
    const remotes = await openRemotes(scene, 3);
    for (let round = 0; round < scaled(scene, 10, 500); round++) {
      await remotes[0]?.call('set', 'key', round);
      const deleted = await Promise.all(remotes.map((remote) => remote.call('delete', 'key')));
      expectEqual('the results of the deletes, sorted', deleted.sort(), [false, false, true]);
    }
  },
);

list.add('close-of-one', 'A process that closes its cache takes nothing from the others.', async (scene) => {
  const [first, second] = await openRemotes(scene, 2);
  await first?.call('set', 'a', 1);
  await second?.call('set', 'b', 2);
  await first?.end();
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
  ] as const) {
    expectEqual(`get('${key}') after the other process has closed`, await second?.call('get', key), value);
  }
  expectEqual("set('c') after the other process has closed", await second?.call('set', 'c', 3), true);
  expectEqual("get('c')", await second?.call('get', 'c'), 3);
  expectEqual('cleanup()', await second?.call('cleanup'), 0);
  expectEqual("get('a') after the cleanup", await second?.call('get', 'a'), 1);
});
