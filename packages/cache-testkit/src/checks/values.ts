import { CheckList, type CheckOptions } from '../check.js';
import { expectEqual, expectThat } from '../expect.js';
import type { Scene } from '../scene.js';
import { Words } from '../show.js';
import { randomValue } from './random-value.js';

const list = new CheckList('values');
export const valueChecks = list.checks;

/** Each value, stored and read on its own, comes back equal and of its own type. */
function comesBack(name: string, what: string, values: () => readonly unknown[], options: CheckOptions = {}): void {
  list.add(name, `${what} come back equal and of their own type.`, (scene) => roundTrip(scene, values()), options);
}

async function roundTrip(scene: Scene, values: readonly unknown[]): Promise<void> {
  const cache = await scene.open();
  for (const value of values) {
    expectEqual('set()', await cache.set('key', value), true);
    expectEqual('get()', await cache.get('key'), value);
    const found = await cache.lookup('key');
    expectEqual('lookup().hit', found.hit, true);
    if (found.hit) expectEqual('lookup().value', found.value, value);
  }
}

list.add(
  'falsy-values-are-hits',
  'null, 0, false and the empty string are values: only undefined is a miss.',
  async (scene) => {
    const cache = await scene.open();
    for (const value of [null, 0, false, '', Number.NaN, -0, 0n]) {
      await cache.set('key', value);
      expectEqual("get('key')", await cache.get('key'), value);
      expectEqual("get('key', 'default')", await cache.get('key', 'default'), value);
      expectEqual("exists('key')", await cache.exists('key'), true);
      expectEqual("lookup('key').hit", (await cache.lookup('key')).hit, true);
    }
  },
);

list.add(
  'default-for-a-miss',
  'A miss gives the default value, whatever it is, and undefined without one.',
  async (scene) => {
    const cache = await scene.open();
    const fallback = { of: 'the caller' };
    expectThat(
      'get() of a missing key to give the very default',
      (await cache.get('key', fallback)) === fallback,
      new Words('a copy'),
    );
    for (const value of [null, 0, false, '']) expectEqual("get('key', default)", await cache.get('key', value), value);
    expectEqual("get('key')", await cache.get('key'), undefined);
    expectEqual("lookup('key')", await cache.lookup('key'), { hit: false });
    expectEqual("exists('key')", await cache.exists('key'), false);
  },
);

list.add('overwrite', 'A set replaces the value, of whatever type it was.', async (scene) => {
  const cache = await scene.open();
  const values = [{ a: 1, b: 2 }, { a: 2 }, [1, 2, 3], 'text', null, new Uint8Array([1, 2]), new Map([[1, 2]]), 0];
  for (const value of values) {
    expectEqual('set()', await cache.set('key', value), true);
    expectEqual('get() after the overwrite', await cache.get('key'), value);
  }
});

comesBack('null', 'null alone, in arrays and in objects', () => [null, [null], { a: null }]);
comesBack('booleans', 'Booleans', () => [true, false, [true, false]]);
comesBack('numbers', 'Numbers', () => [
  0,
  1,
  -1,
  0.1 + 0.2,
  1e21,
  5e-324,
  Number.MAX_VALUE,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2 ** 53 + 2,
]);
comesBack('special-numbers', 'NaN, -0 and both infinities, alone and nested', () => {
  const numbers = [Number.NaN, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return [...numbers, numbers, { numbers, zero: -0 }];
});
comesBack('strings', 'Strings, with every kind of character,', () => [
  '',
  ' ',
  '\0',
  'a\u0000b',
  '\n\r\t',
  '"quoted" \\',
  '\u2028\u2029',
  'é',
  'e\u0301',
  '😀',
  '\ufeff',
  '</script>',
  '\ud800',
  'a\udc00b',
]);
comesBack('long-strings', 'Strings of a million characters', () => ['é'.repeat(1_000_000)], { sizeBytes: 16 << 20 });
comesBack('arrays', 'Arrays', () => [
  [],
  [[]],
  [1, 'a', null, [2, [3]]],
  Array.from({ length: 5_000 }, (_, index) => index),
]);
comesBack('objects', 'Plain objects', () => [
  {},
  { a: { b: { c: {} } } },
  { '': 1, ' ': 2, 1: 3, 'a.b': 4, é: 5 },
  Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`field ${index}`, index])),
]);
list.add(
  'escaped-keys',
  'Keys of objects that JSON writes with an escape come back as they were, whatever was read before.',
  async (scene) => {
    const cache = await scene.open();
    // In Node 24 to 26, JSON.parse gives some of them the name of one before.
    const names = ['\\', '\u0000', '\n', '"', 'a\\', 'a\n', 'a"', '\\u', '\u001f', '\ud800'];
    for (let round = 0; round < 2; round++) {
      for (const name of names) {
        const value = { first: 1, [name]: [{ [name]: name }] };
        await cache.set('key', value);
        expectEqual('get()', await cache.get('key'), value);
      }
    }
  },
);

comesBack('nested-undefined', 'undefined inside arrays, objects, maps and sets', () => [
  [undefined],
  [1, undefined, 2],
  { a: undefined },
  { a: { b: undefined }, c: 1 },
  new Map([['a', undefined]]),
  new Set([undefined]),
]);
comesBack('dates', 'Dates', () => [
  new Date(0),
  new Date(-1),
  new Date(8.64e15),
  new Date(1_767_225_600_123),
  { at: new Date(1) },
]);
comesBack('maps', 'Maps, with keys of any type and in their order,', () => [
  new Map(),
  new Map<unknown, unknown>([
    ['b', 1],
    ['a', 2],
    [1, 'number'],
    ['1', 'text'],
    [null, null],
    [{ a: 1 }, [1]],
  ]),
  { inner: new Map([['a', new Map([['b', 1]])]]) },
]);
comesBack('sets', 'Sets, with members of any type and in their order,', () => [
  new Set(),
  new Set<unknown>([3, 1, 2, '1', null, Number.NaN]),
  [new Set([new Set([1])])],
]);
comesBack('bigints', 'bigints', () => [0n, -1n, 2n ** 64n, 10n ** 100n, [1n], { big: 2n }]);
comesBack('regexps', 'Regular expressions, with their flags,', () => [/a/, /a\/b[^"]+/giu, /^$/ms, [/x/y]]);
comesBack('bytes', 'Uint8Arrays, empty ones too,', () => [
  new Uint8Array(),
  Uint8Array.from({ length: 256 }, (_, index) => index),
  { bytes: new Uint8Array([0, 255]) },
]);
comesBack('buffers', 'Buffers', () => [Buffer.alloc(0), Buffer.from([0, 13, 10, 255]), { bytes: Buffer.from('é') }]);
comesBack(
  'large-bytes',
  'Bytes by the megabyte',
  () => [Uint8Array.from({ length: 1 << 20 }, (_, index) => (index * 31) % 251), Buffer.alloc(300_000, 'abc')],
  { sizeBytes: 8 << 20 },
);
comesBack('views-of-bytes', 'Views of a part of a larger buffer', () => {
  const large = Uint8Array.from({ length: 64 }, (_, index) => index);
  return [large.subarray(8, 24), Buffer.from(large.buffer, 16, 8), new Uint16Array(large.buffer, 8, 4)];
});
comesBack('typed-arrays', 'Typed arrays of every kind', () => [
  new Int8Array([-128, 127]),
  new Uint8ClampedArray([0, 255]),
  new Int16Array([-1, 1]),
  new Uint16Array([65_535]),
  new Int32Array([-(2 ** 31)]),
  new Uint32Array([2 ** 32 - 1]),
  new Float32Array([1.5, -0, Number.NaN]),
  new Float64Array([Math.PI, -0]),
  new BigInt64Array([-(2n ** 63n)]),
  new BigUint64Array([2n ** 64n - 1n]),
  [new Int16Array()],
]);
comesBack('prototype-names', 'Fields named `__proto__`, `constructor` and the like', () => [
  JSON.parse('{"__proto__": {"polluted": true}}'),
  JSON.parse('{"a": {"__proto__": 1, "constructor": {"prototype": 2}}}'),
  { hasOwnProperty: 1, toString: 'text', valueOf: null, length: 3 },
]);
comesBack('codec-lookalikes', 'Objects that look like what codecs write', () => [
  { $: 'date', v: 0 },
  { type: 'Buffer', data: [1, 2] },
  { $date: 0 },
  { __type: 'Map', value: [] },
  { encoding: 'json', data: '1' },
  { json: {}, meta: { values: ['Date'] } },
  { value: 1, expires: 0 },
  '{"a":1}',
  '[object Object]',
  '__undefined__',
  'null',
]);
comesBack('deep', 'Values nested two hundred levels deep', () => {
  let value: unknown = 'bottom';
  for (let level = 0; level < 200; level++) value = level % 2 === 0 ? [value] : { value };
  return [value];
});
comesBack('mixed', 'Values of all types nested in each other', () => [
  {
    list: [new Date(5), new Map<unknown, unknown>([[new Set([1n]), { bytes: Buffer.from('x') }]]), /x/g],
    numbers: { nan: Number.NaN, negativeZero: -0, big: 1n },
    nothing: undefined,
    arrays: [new Float32Array([0.5]), new Uint8Array([1]), []],
  },
]);

list.add('invalid-dates', 'A date that is no date comes back as one.', async (scene) => {
  const cache = await scene.open();
  // Compared by hand: for Node before 24 an invalid date is not even equal to itself.
  const isInvalidDate = (value: unknown) => value instanceof Date && Number.isNaN(value.getTime());
  const invalid = new Date(Number.NaN);
  await cache.set('alone', invalid);
  await cache.set('nested', { at: [invalid] });
  const alone = await cache.get('alone');
  expectThat('an invalid date', isInvalidDate(alone), alone);
  const nested = await cache.get<{ at: unknown[] }>('nested');
  expectThat('an invalid date in an array in an object', isInvalidDate(nested?.at[0]), nested);
});

list.add('shared-parts', 'A value that holds one object in two places comes back equal.', async (scene) => {
  const shared = { a: [1] };
  await roundTrip(scene, [[shared, shared], { x: shared, y: { z: shared } }, new Map([[shared, shared]])]);
});

list.add('random', 'Random nested values come back equal and of their own type.', async (scene) => {
  await roundTrip(
    scene,
    Array.from({ length: 40 }, () => randomValue(scene.random, 4)),
  );
});

list.add('no-pollution', 'A value with a field named `__proto__` changes no other object.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', JSON.parse('{"__proto__": {"polluted": true}, "a": {"__proto__": {"polluted": true}}}'));
  await cache.get('key');
  expectEqual('({}).polluted', Reflect.get({}, 'polluted'), undefined);
});
