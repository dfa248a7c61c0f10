import { createContext, runInContext } from 'node:vm';

/** Values of every type that comes back equal, by name. Made anew on each call. */
export function storableValues(): Record<string, unknown> {
  const sparse: unknown[] = [1];
  sparse[3] = { deep: new Date(3) };
  const hugeSparse: unknown[] = [];
  hugeSparse[4_294_967_294] = 'last';
  const shared = { n: 1 };
  const sharedBytes = new Uint8Array(new SharedArrayBuffer(4));
  sharedBytes.set([1, 2, 3, 4]);
  return {
    null: null,
    zero: 0,
    'minus zero': -0,
    'not a number': Number.NaN,
    infinities: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    'the largest and smallest numbers': [Number.MAX_VALUE, Number.MIN_VALUE, Number.MAX_SAFE_INTEGER, 1e21, 0.1],
    'empty text': '',
    'text of every kind': 'äß 𝄞 \u0000 \u2028 \ufeff "\\/',
    'lone surrogates': ['\ud800', 'a\udc00b', { '\udfff': 1 }],
    booleans: [true, false],
    bigints: [0n, -1n, 2n ** 100n],
    undefined: { a: undefined, list: [undefined, 1, undefined] },
    'plain data': { a: [1, { b: [[], {}] }], c: 'x', d: null },
    dates: [new Date(0), new Date(-1), new Date(8.64e15), new Date(Number.NaN)],
    map: new Map<unknown, unknown>([
      ['a', 1],
      [{ key: [1] }, new Map([[1n, undefined]])],
      [Number.NaN, null],
    ]),
    set: new Set<unknown>(['a', 1, [new Set([2])], undefined]),
    patterns: [/a+/giu, /[/]\//, /(?:)/, Object.assign(/x/y, { lastIndex: 3 })],
    buffer: Buffer.from('äbc'),
    'empty buffer': Buffer.alloc(0),
    bytes: new Uint8Array([0, 255, 7]),
    'a view into the middle of a buffer': new Uint16Array(new Uint8Array([0, 0, 1, 2, 3, 4, 0, 0]).buffer, 2, 2),
    'typed arrays': [
      new Int8Array([-128, 127]),
      new Uint8ClampedArray([0, 255]),
      new Int16Array([-32_768]),
      new Uint32Array([4_294_967_295]),
      new Int32Array([-2_147_483_648]),
      new Float32Array([0.5, -0]),
      new Float64Array([Number.NaN, -0, 1e300]),
      new BigInt64Array([-(2n ** 63n)]),
      new BigUint64Array([2n ** 64n - 1n]),
    ],
    'array buffer': new Uint8Array([1, 2, 3]).buffer,
    'data view': new DataView(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2),
    'bytes of shared memory': { bytes: new Uint8Array(sharedBytes) },
    'keys like tags': { $: 'date', v: 0, nested: [{ $: 'undefined' }, { $: { $: 1n } }] },
    'keys of prototypes': JSON.parse(
      '{"__proto__":{"x":1},"constructor":{"prototype":2},"toString":3,"hasOwnProperty":4}',
    ),
    'keys of prototypes beside other types': { ...JSON.parse('{"__proto__":{"x":1}}'), big: 1n, toJSON: 'text' },
    'a toJSON that is data': { toJSON: 'no function', v: 1 },
    'keys that are numbers': { 1: 'a', 0: 'b', '-1': 'c', '01': 'd', '': 'e' },
    'no prototype': Object.assign(Object.create(null), { a: { b: 1 }, toString: 1n }),
    'an array with holes': sparse,
    'holes beside undefined': withHole(),
    'a length of four thousand million': hugeSparse,
    'only holes': new Array(3),
    'one object twice': [shared, shared],
    frozen: Object.freeze({ list: Object.freeze([1, 2]) }),
    'deep nesting': nested(900),
  };
}

/** Not the same as `[undefined, undefined, 2]`. */
export function withHole(): unknown[] {
  const list: unknown[] = [undefined];
  list[2] = 2;
  return list;
}

/** `[[[…]]]`, of as many levels. */
export function nested(levels: number): unknown {
  let value: unknown = 'core';
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { value };
  return value;
}

/** Values that would not come back equal and of their own type, by name. */
export function refusedValues(): Record<string, unknown> {
  const cycle: Record<string, unknown> = {};
  cycle.self = { cycle };
  const mapCycle = new Map<string, unknown>();
  mapCycle.set('self', [mapCycle]);
  class Point {
    x = 1;
  }
  class MyArray extends Array<unknown> {}
  class MyMap extends Map<unknown, unknown> {}
  class MyDate extends Date {}
  class MyBytes extends Uint8Array {}
  class MyError extends Error {}
  const detached = new Uint8Array([1, 2, 3]);
  structuredClone(detached, { transfer: [detached.buffer] });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return {
    function: () => 1,
    'async function': async () => 1,
    class: Point,
    symbol: Symbol('s'),
    'symbol as key': { [Symbol('s')]: 1 },
    'symbol in a set': new Set([Symbol('s')]),
    'symbol as key of a date': Object.assign(new Date(0), { [Symbol('s')]: 1 }),
    'symbol as key of bytes': Object.assign(new Uint8Array(1), { [Symbol('s')]: 1 }),
    cycle,
    'cycle through a map': mapCycle,
    'too deep': nested(1_001),
    'class instance': new Point(),
    'subclass of Array': MyArray.from([1]),
    'subclass of Map': new MyMap(),
    'subclass of Date': new MyDate(),
    'subclass of Uint8Array': new MyBytes(2),
    'inherited data': Object.create({ inherited: 1 }),
    'boxed number': Object(1),
    'boxed text': Object('text'),
    'boxed boolean': Object(false),
    'boxed bigint': Object(1n),
    error: new Error('e'),
    'subclass of Error': new MyError('e'),
    promise: Promise.resolve(1),
    'weak map': new WeakMap(),
    'weak set': new WeakSet(),
    url: new URL('https://example.org'),
    generator: (function* () {})(),
    'shared memory': new SharedArrayBuffer(1),
    'a match result': 'abc'.match(/b/),
    'an array with named properties': Object.assign([1, 2], { note: 'x' }),
    'a date with properties': Object.assign(new Date(0), { note: 'x' }),
    'a map with properties': Object.assign(new Map(), { note: 'x' }),
    'an array buffer with properties': Object.assign(new ArrayBuffer(1), { note: 'x' }),
    'a proxy of a map': new Proxy(new Map(), {}),
    'a revoked proxy': proxy,
    'detached bytes': detached,
    'a detached array buffer': detached.buffer,
    arguments: (function (..._parameters: unknown[]) {
      // biome-ignore lint/complexity/noArguments: what is tested
      return arguments;
    })(1, 2),
    'a function deep inside': { a: [{ b: new Map([['c', new Set([() => 1])]]) }] },
  };
}

/** Evaluates an expression in another realm, where `Object` and the others are not ours. */
export function foreign(expression: string): unknown {
  return runInContext(`(${expression})`, createContext({}));
}
