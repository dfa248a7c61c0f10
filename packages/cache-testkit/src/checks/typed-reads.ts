import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CacheManager } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import { expectEqual } from '../expect.js';
import { LENGTHS, MISFIT, NUMBERS, slowNumbers } from '../typed-schemas.js';
import { deferred, listedKeys } from './helpers.js';

const list = new CheckList('typed', ['typed']);
export const typedReadChecks = list.checks;

/** Turns of the event loop that a cache is given to remove something in the background. */
const TURNS = 200;

/** The hits, misses and errors that a task counts. */
async function countedBy(cache: CacheManager, task: () => Promise<unknown>): Promise<number[]> {
  const before = await cache.getStats();
  await task();
  const after = await cache.getStats();
  return (['hitCount', 'missCount', 'errorCount'] as const).map((count) => after[count] - before[count]);
}

list.add(
  'fitting-is-read',
  'A typed view stores what its schema takes, and its reads give what the schema makes of it.',
  async (scene) => {
    const cache = await scene.open();
    const lengths = scene.typed(cache, LENGTHS);
    expectEqual('set()', await lengths.set('key', 'four', { ttl: '10s', tags: ['a'] }), true);
    expectEqual('what is stored', await cache.get('key'), 'four');
    const counted = await countedBy(cache, async () => {
      expectEqual('get()', await lengths.get('key'), 4);
      const found = await lengths.lookup('key');
      expectEqual('lookup()', found.hit && [found.value, found.metadata.ttlSeconds], [4, 10]);
      expectEqual('getMany()', await lengths.getMany(['none', 'key']), new Map([['key', 4]]));
      expectEqual('getOrSet() of what is there', await lengths.getOrSet('key', () => 'other'), 4);
      expectEqual('exists()', await lengths.exists('key'), true);
      expectEqual('tags of getMetadata()', (await lengths.getMetadata('key'))?.tags, ['a']);
      expectEqual('take()', await lengths.take('key'), 4);
    });
    expectEqual('hits, misses and errors counted', counted, [5, 1, 0]);
    expectEqual('getOrSet() of what is missing', await lengths.getOrSet('key', () => 'seven'), 5);
    expectEqual('what it stored', await cache.get('key'), 'seven');
  },
);

list.add(
  'misfit-is-a-miss',
  'What does not fit its schema is a miss to every read of a typed view, counted as one, and as no hit and no error.',
  async (scene) => {
    const cache = await scene.open();
    const numbers = scene.typed(cache, NUMBERS);
    const reads = {
      get: async () => expectEqual('get() with a default', await numbers.get('key', 'default'), 'default'),
      lookup: async () => expectEqual('lookup()', await numbers.lookup('key'), { hit: false }),
      getMany: async () => expectEqual('getMany()', await numbers.getMany(['key']), new Map()),
      take: async () => expectEqual('take()', await numbers.take('key'), undefined),
      getOrSet: async () => expectEqual('getOrSet()', await numbers.getOrSet('key', () => 5), 5),
    };
    for (const [name, read] of Object.entries(reads)) {
      await cache.set('key', MISFIT);
      expectEqual(`hits, misses and errors that ${name}() counted`, await countedBy(cache, read), [0, 1, 0]);
    }
    await cache.set('key', MISFIT);
    const looked = await countedBy(cache, async () => {
      expectEqual('exists()', await numbers.exists('key'), false);
      expectEqual('getMetadata()', await numbers.getMetadata('key'), undefined);
    });
    expectEqual('hits, misses and errors that looks counted', looked, [0, 0, 0]);
  },
);

list.add(
  'misfit-is-replaced',
  'To the writes of a typed view what does not fit is missing: getOrSet computes, add adds, update starts from nothing.',
  async (scene) => {
    const cache = await scene.open();
    const numbers = scene.typed(cache, NUMBERS);
    const given: unknown[] = [];
    const one = (before: unknown) => {
      given.push(before);
      return 1;
    };
    const writes = {
      getOrSet: () => numbers.getOrSet('key', ({ previous }) => one(previous), { grace: '1h' }),
      add: () => numbers.add('key', 1),
      update: () => numbers.update('key', one),
      increment: () => numbers.increment('key'),
      set: () => numbers.set('key', 1),
    };
    for (const [name, write] of Object.entries(writes)) {
      await cache.set('key', MISFIT);
      await write();
      expectEqual(`what is stored after ${name}()`, await cache.get('key'), 1);
      expectEqual(`what the view reads after ${name}()`, await numbers.get('key'), 1);
    }
    expectEqual('what the functions were given', given, [undefined, undefined]);
    await cache.set('key', MISFIT);
    expectEqual('touch() of what does not fit', await numbers.touch('key', '1h'), false);
  },
);

list.add(
  'misfit-is-removed',
  'A read that meets what does not fit removes it; a store that several processes share may keep it until it is replaced.',
  async (scene) => {
    const cache = await scene.open();
    const numbers = scene.typed(cache, NUMBERS);
    await cache.set('key', MISFIT);
    await cache.set('other', MISFIT);
    expectEqual('get()', await numbers.get('key'), undefined);
    if (!cache.capabilities.multiProcess) {
      await scene.eventually("'key' to be removed", async () => !(await cache.exists('key')));
    }
    expectEqual('get() of what no view has read', await cache.get('other'), MISFIT);
    expectEqual('getOrSet()', await numbers.getOrSet('key', () => 1), 1);
    expectEqual('what is stored then', await cache.get('key'), 1);
  },
);

list.add(
  'newer-is-spared',
  'What is set while a read still looks at a value that does not fit is not removed with it.',
  async (scene) => {
    const cache = await scene.open();
    const verdict = deferred<void>();
    let isAsked = false;
    const slow = slowNumbers(verdict.promise, () => {
      isAsked = true;
    });
    const numbers = scene.typed(cache, slow);
    await cache.set('key', MISFIT);
    const reading = numbers.get('key');
    await scene.eventually('the schema to be asked', async () => isAsked);
    await cache.set('key', 5);
    verdict.resolve();
    expectEqual('what the read gives', await reading, undefined);
    for (let turn = 0; turn < TURNS; turn++) await nextTurn();
    expectEqual("get('key') of the cache", await cache.get('key'), 5);
    expectEqual("get('key') of the view", await numbers.get('key'), 5);
  },
);

list.add(
  'version',
  'Entries of another version of a schema, or of none, are misses: no reader ever sees a value of another version.',
  async (scene) => {
    const cache = await scene.open();
    const seconds = scene.typed(cache, NUMBERS, { version: 1 });
    const milliseconds = scene.typed(cache, NUMBERS, { version: 2 });
    await seconds.set('key', 1);
    expectEqual('get() by version 2', await milliseconds.get('key'), undefined);
    expectEqual('getOrSet() by version 2', await milliseconds.getOrSet('key', () => 1_000), 1_000);
    expectEqual(
      'get() by another view of version 2',
      await scene.typed(cache, NUMBERS, { version: 2 }).get('key'),
      1_000,
    );
    expectEqual('exists() by version 1', await seconds.exists('key'), false);
    expectEqual('getMany() by version 1', await seconds.getMany(['key']), new Map());
    expectEqual('update() by version 1', await seconds.update('key', (value = 0) => value + 2), 2);
    expectEqual('get() by version 2 in the end', await milliseconds.get('key'), undefined);
    await cache.set('plain', 3);
    expectEqual('take() of one without a version', await seconds.take('plain'), undefined);
    await milliseconds.set('new', 4_000);
    expectEqual('get() by a view without a version', await scene.typed(cache, NUMBERS).get('new'), 4_000);
    await seconds.set('old', 4);
    // A store that several processes share may have kept it.
    await cache.delete('key');
    expectEqual('the keys of version 1', await listedKeys(seconds), ['old']);
  },
);

list.add(
  'version-is-kept',
  'Every write of a view with a version gives it to the entry, whose metadata show the tags of the caller alone.',
  async (scene) => {
    const cache = await scene.open();
    const numbers = scene.typed(cache, NUMBERS, { version: 2 });
    const tagged = { tags: ['a'] };
    const writes = {
      set: () => numbers.set('key', 1, tagged),
      setMany: () => numbers.setMany([['key', 1, tagged]]),
      add: () => numbers.add('key', 1, tagged),
      update: () => numbers.update('key', () => 1, tagged),
      increment: () => numbers.increment('key', 1, tagged),
      getOrSet: () => numbers.getOrSet('key', () => 1, tagged),
      'setTags of a factory': () =>
        numbers.getOrSet('key', ({ setTags }) => {
          setTags(['a']);
          return 1;
        }),
    };
    for (const [name, write] of Object.entries(writes)) {
      await cache.delete('key');
      await write();
      expectEqual(`get() after ${name}`, await numbers.get('key'), 1);
      await numbers.touch('key', '1h');
      await numbers.update('key', (value = 0) => value + 1);
      expectEqual(`get() after ${name}, touch and update`, await numbers.get('key'), 2);
      expectEqual(`tags after ${name}`, (await numbers.getMetadata('key'))?.tags, ['a']);
      await numbers.invalidateTags(['a']);
      expectEqual(`get() after ${name} and an invalidation`, await numbers.get('key'), undefined);
    }
  },
);
