import { CheckList, type CheckOptions } from '../check.js';
import { expectEqual, expectRejection, expectThat } from '../expect.js';

const list = new CheckList('values');
export const refusedValueChecks = list.checks;

/** Each value is refused with a code, and what was stored before stays. */
function refused(name: string, what: string, values: () => readonly unknown[], options: CheckOptions = {}): void {
  const promise = `set rejects ${what} with CACHE_UNSERIALIZABLE and leaves what was stored.`;
  list.add(
    name,
    promise,
    async (scene) => {
      const cache = await scene.open();
      await cache.set('key', 'before');
      for (const value of values()) {
        await expectRejection('set()', 'CACHE_UNSERIALIZABLE', () => cache.set('key', value));
        expectEqual("get('key') after the refused set", await cache.get('key'), 'before');
        await expectRejection('setMany()', 'CACHE_UNSERIALIZABLE', () => cache.setMany([['key', value]]));
      }
      expectEqual("get('key') after refused sets", await cache.get('key'), 'before');
      expectEqual('setCount', (await cache.getStats()).setCount, 1);
    },
    options,
  );
}

class Point {
  x = 1;
}

refused('undefined-refused', 'undefined, which means a miss,', () => [undefined]);
refused('functions-refused', 'functions', () => [() => 1, Point, async () => 1]);
refused('symbols-refused', 'symbols', () => [Symbol('a'), Symbol.iterator]);
refused(
  'nested-functions-refused',
  'values that hold functions or symbols',
  () => [
    [() => 1],
    { method() {} },
    { a: { b: [Symbol('a')] } },
    new Map([['a', () => 1]]),
    new Set([Symbol('a')]),
    { [Symbol('a')]: 1 },
  ],
  { needs: ['copies'] },
);
refused(
  'instances-refused',
  'instances of classes, which would come back as something else,',
  () => [
    new Point(),
    { point: new Point() },
    new Error('no'),
    new (class List extends Array {})(),
    new (class When extends Date {})(),
    new WeakMap(),
    new WeakSet(),
    Promise.resolve(1),
    new URL('https://example.org'),
    globalThis,
  ],
  { needs: ['copies'] },
);
refused(
  'cycles-refused',
  'cycles',
  () => {
    const object: Record<string, unknown> = {};
    object.self = { object };
    const array: unknown[] = [];
    array.push([array]);
    const map = new Map<string, unknown>();
    map.set('map', map);
    return [object, array, map];
  },
  { needs: ['copies'] },
);

list.add(
  'boxed-primitives-refused',
  'set rejects boxed primitives, which would come back as primitives.',
  async (scene) => {
    const cache = await scene.open();
    for (const value of [new String('a'), new Number(1), new Boolean(false), Object(1n)]) {
      await expectRejection('set()', 'CACHE_UNSERIALIZABLE', () => cache.set('key', value));
    }
  },
  { needs: ['copies'] },
);

list.add('errors-hold-no-value', 'No error message holds a value that was to be cached.', async (scene) => {
  const cache = await scene.open();
  const secret = 'hunter2-the-secret';
  for (const value of [Object.assign(() => 1, { secret }), Symbol(secret)]) {
    const error = await expectRejection('set()', 'CACHE_UNSERIALIZABLE', () => cache.set('key', value));
    expectThat('a message without the value', !`${error.message}${error.stack}`.includes(secret), error.message);
  }
});

list.add(
  'errors-hold-no-nested-value',
  'No error message holds a part of a value that was to be cached.',
  async (scene) => {
    const cache = await scene.open();
    const secret = 'hunter2-the-secret';
    for (const value of [{ secret, method() {} }, [secret, new Point()], { [secret]: Symbol('a') }]) {
      const error = await expectRejection('set()', 'CACHE_UNSERIALIZABLE', () => cache.set('key', value));
      expectThat('a message without the value', !`${error.message}${error.stack}`.includes(secret), error.message);
    }
  },
  { needs: ['copies'] },
);
