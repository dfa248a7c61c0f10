import { inspect } from 'node:util';
import { CheckList } from '../check.js';
import { expectEqual, expectRejection, expectThat } from '../expect.js';
import { MISFIT, NUMBERS } from '../typed-schemas.js';
import { deferred } from './helpers.js';

const list = new CheckList('typed', ['typed']);
export const typedWriteChecks = list.checks;

// Programs without types pass anything.
const WRONG = MISFIT as unknown as number;

list.add(
  'misfit-is-refused',
  'A write of what does not fit rejects with CACHE_INVALID_VALUE, changes nothing, and does not quote the value.',
  async (scene) => {
    const cache = await scene.open();
    const numbers = scene.typed(cache, NUMBERS);
    const writes = {
      set: () => numbers.set('key', WRONG),
      add: () => numbers.add('key', WRONG),
      update: () => numbers.update('key', () => WRONG),
      setMany: () =>
        numbers.setMany([
          ['good', 1],
          ['key', WRONG],
        ]),
    };
    for (const before of [undefined, 5]) {
      if (before !== undefined) await numbers.set('key', before);
      for (const [name, write] of Object.entries(writes)) {
        const error = await expectRejection(`${name}()`, 'CACHE_INVALID_VALUE', write);
        const told = inspect(error, { depth: null });
        expectThat('an error without the value', !told.includes(MISFIT), told);
        expectEqual(`what is stored after ${name}()`, await cache.get('key'), before);
      }
    }
    expectEqual("what setMany() stored of 'good'", await cache.get('good'), undefined);
  },
);

list.add(
  'batches',
  'Batches of a typed view give what fits, in the order of their keys, and store and remove as those of the cache.',
  async (scene) => {
    const cache = await scene.open();
    const numbers = scene.typed(cache, NUMBERS, { version: 1 });
    const stored = await numbers.setMany([
      ['a', 1],
      ['b', 2, { tags: ['t'] }],
      ['c', 3],
    ]);
    expectEqual('setMany()', stored, 3);
    await cache.setMany([
      ['plain', 4],
      ['b', MISFIT],
    ]);
    const found = await numbers.getMany(['c', 'plain', 'b', 'none', 'a', 'c']);
    expectEqual(
      'getMany()',
      [...found],
      [
        ['c', 3],
        ['a', 1],
      ],
    );
    expectEqual('deleteMany()', await numbers.deleteMany(['a', 'none', 'c']), 2);
    expectEqual('getMany() afterwards', await numbers.getMany(['a', 'c']), new Map());
  },
);

list.add(
  'factory-is-checked',
  'A factory whose value does not fit rejects all who wait for it, stores nothing, and leaves the key free.',
  async (scene) => {
    const cache = await scene.open();
    const numbers = scene.typed(cache, NUMBERS);
    const gate = deferred<number>();
    const calls = [1, 2, 3].map(() =>
      expectRejection('getOrSet()', 'CACHE_INVALID_VALUE', () => numbers.getOrSet('key', () => gate.promise)),
    );
    gate.resolve(WRONG);
    for (const error of await Promise.all(calls)) {
      const told = inspect(error, { depth: null });
      expectThat('an error without the value', !told.includes(MISFIT), told);
    }
    expectEqual("exists('key')", await cache.exists('key'), false);
    expectEqual('getOrSet() of nothing', await numbers.getOrSet('key', () => undefined), undefined);
    expectEqual('the next getOrSet()', await numbers.getOrSet('key', () => 3), 3);
    expectEqual("get('key')", await cache.get('key'), 3);
  },
);

list.add(
  'single-flight',
  'Concurrent calls of getOrSet by views of a cache run one factory, whether nothing is there or what does not fit.',
  async (scene) => {
    const cache = await scene.open();
    const views = [scene.typed(cache, NUMBERS), scene.typed(cache, NUMBERS)];
    // To the cache itself what is there is a hit.
    for (const [before, callers] of [
      [undefined, [...views, cache]],
      [MISFIT, views],
    ] as const) {
      await cache.delete('key');
      if (before !== undefined) await cache.set('key', before);
      let runs = 0;
      const factory = async () => {
        runs++;
        await cache.exists('other');
        return 7;
      };
      const values = await Promise.all(
        Array.from({ length: 12 }, (_, index) => callers[index % callers.length]?.getOrSet('key', factory)),
      );
      expectEqual('the values', values, Array(12).fill(7));
      expectEqual('the runs of the factory', runs, 1);
    }
  },
);

list.add(
  'atomic',
  'Updates by typed views and by the cache itself lose none of each other, nor a set that comes meanwhile.',
  async (scene) => {
    const cache = await scene.open();
    const views = [scene.typed(cache, NUMBERS), scene.typed(cache, NUMBERS)];
    const increments = Array.from({ length: 30 }, (_, index) => (views[index % 3] ?? cache).increment('key'));
    expectEqual('sums that differ', new Set(await Promise.all(increments)).size, 30);
    expectEqual("get('key')", await cache.get('key'), 30);
    const given: number[] = [];
    const updated = await views[0]?.update('key', async (value = 0) => {
      given.push(value);
      if (given.length === 1) await cache.set('key', 50);
      return value + 1;
    });
    expectEqual('what the function was given', given, [30, 50]);
    expectEqual('what update() returns', updated, 51);
    expectEqual("get('key') afterwards", await cache.get('key'), 51);
    const taken = await Promise.all(Array.from({ length: 6 }, (_, index) => views[index % 2]?.take('key')));
    expectEqual(
      'values taken',
      taken.filter((value) => value !== undefined),
      [51],
    );
  },
);
