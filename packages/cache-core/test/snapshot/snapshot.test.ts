import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { cloneValue, copyOf, copyValue, Snapshot, snapshotOf } from '@glovebox/cache-core';
import { describe, expect, it, vi } from 'vitest';
import { copierSource } from '../../src/snapshot/copier-source.js';
import { shapeOf, signatureOf } from '../../src/snapshot/shape.js';
import { objectsIn, randomValue } from './values.js';

/** More than a snapshot makes before it has code for its shape. */
const MANY = 100;

/** Copies a value by code made for its shape, whatever the shape, and says what it left to `copyValue`. */
function copyByCode(value: unknown): { copy: unknown; left: unknown[] } {
  const leave = vi.fn(copyValue);
  const copier = new Function('copyValue', copierSource(shapeOf(value)))(leave);
  return { copy: copier(value), left: leave.mock.calls.map(([part]) => part) };
}

function expectApart(copy: unknown, value: unknown): void {
  const originals = objectsIn(value);
  for (const object of objectsIn(copy)) expect(originals.has(object)).toBe(false);
}

/** What `toStrictEqual` does not see: the order of keys, and prototypes. */
function outline(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : typeof value;
  const prototype = Object.getPrototypeOf(value);
  const fields = Object.keys(value).map((key) => [key, outline(Reflect.get(value, key))]);
  return [prototype === null ? 'null' : prototype.constructor.name, Array.isArray(value) && value.length, fields];
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

const plain: Record<string, unknown> = {
  'a record': { a: 1, b: 'x', c: null, d: undefined, e: -0, f: 1n },
  'a key that is no name': { 'a"b\\': 1, '`': [2], '*/\n//': {}, '\u2028': 3, '\ud800': 4, '': 5 },
  '__proto__ as data': JSON.parse('{"__proto__":{"x":{"y":1}},"constructor":2}'),
  'no prototype': Object.assign(Object.create(null), { a: { b: 1 } }),
  'keys that are indices': { 2: 'b', 1: 'a', z: 0 },
  'records alike': [
    { a: 1, b: [] },
    { a: 'x', b: [1] },
    { a: null, b: [2, 3] },
    { a: 2, b: [] },
  ],
  'arrays of every length': [[], [[1]], [[1], [2]], [[1], [2], [3]], [[1], [2], [3], [4]]],
  'records in arrays of every length': [1, 2, 3, 4, 5].map((length) => Array.from({ length }, (_, n) => ({ n }))),
  'a part that is there or not': [{ a: null }, { a: { b: [1] } }, { a: 3 }],
  'an array or not': [1, [2], null, [3, 4]],
  'lists of lists': { list: [], lists: [[], []] },
  'nothing in it': { list: [], record: {} },
  'fractions and holders of numbers': { at: [1.5, -0, Number.NaN], big: [2 ** 40, 1] },
};

const mixed: Record<string, unknown> = {
  'records that differ': [{ a: 1 }, { b: 1 }, { a: 1, b: 2 }],
  'other orders of keys': [
    { a: 1, b: 2 },
    { b: 1, a: 2 },
  ],
  'with a prototype and without': [{ a: 1 }, Object.assign(Object.create(null), { a: 1 })],
  'arrays among records': [{ a: 1 }, [1]],
  'a hole': { list: Object.assign(new Array(3), { 1: { a: 1 } }) },
  collections: { map: new Map([[{ k: 1 }, [1]]]), set: new Set([[1]]), date: new Date(5), bytes: Buffer.from('abc') },
  'a dictionary': Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`key ${index}`, { index }])),
};

describe('code made for a shape', () => {
  for (const [name, value] of Object.entries({ ...plain, ...mixed })) {
    it(`copies ${name} equal, of its own type, sharing nothing`, () => {
      const { copy } = copyByCode(value);
      expect(copy).toStrictEqual(value);
      expect(outline(copy)).toEqual(outline(value));
      expectApart(copy, value);
    });
  }

  for (const [name, value] of Object.entries(plain)) {
    it(`knows all of ${name}`, () => {
      expect(copyByCode(value).left).toEqual([]);
    });
  }

  it('copies random values as copyValue does', () => {
    const random = seeded(1);
    let leftMost = 0;
    for (let run = 0; run < 3_000; run++) {
      const value = cloneValue(randomValue(random));
      const { copy, left } = copyByCode(value);
      // vitest takes a field named constructor for a class.
      expect(isDeepStrictEqual(copy, copyValue(value))).toBe(true);
      expect(outline(copy)).toEqual(outline(value));
      expectApart(copy, value);
      leftMost = Math.max(leftMost, left.length);
    }
    expect(leftMost).toBeGreaterThan(0);
  });

  it('is the same for values that are built alike, and no other', () => {
    const signature = (value: unknown) => signatureOf(shapeOf(value));
    expect(signature([{ a: 1 }, { a: 'x' }])).toBe(signature([{ a: true }]));
    const apart = [
      [],
      [[]],
      [1],
      [[1]],
      [1, [1]],
      {},
      { a: 1 },
      { a: [] },
      { a: {} },
      { b: 1 },
      { 'a":p,"b': 1 },
      { a: 1, b: 1 },
      { b: 1, a: 1 },
      Object.assign(Object.create(null), { a: 1 }),
      new Date(0),
    ];
    expect(new Set(apart.map(signature)).size).toBe(apart.length);
  });

  it('is at most ten times as long as what it is made for', () => {
    const deep = (levels: number, key: string): unknown =>
      levels === 0 ? 1 : { [key]: deep(levels - 1, key), a: 1, b: [1], c: [{ d: [deep(0, key)] }] };
    for (const value of [deep(20, 'k'.repeat(80)), deep(20, 'k'), deep(2, 'k'), plain, mixed]) {
      const shape = shapeOf(value);
      expect(copierSource(shape).length).toBeLessThan(10 * signatureOf(shape).length + 200);
      expect(copyByCode(value).copy).toStrictEqual(value);
    }
  });

  it('never holds a value, and keys only quoted', () => {
    const source = copierSource(shapeOf({ '"]; throw 1; //': 'a secret', list: [{ "'": 'another' }] }));
    expect(source).not.toContain('secret');
    expect(source).not.toContain('another');
    expect(source).toContain(String.raw`"\"]; throw 1; //"`);
  });
});

describe('a snapshot', () => {
  for (const [name, value] of Object.entries({ ...plain, ...mixed })) {
    it(`gives copies of their own of ${name}, the first as the hundredth`, () => {
      const snapshot = new Snapshot(cloneValue(value) as object);
      const seen = new Set<object>(objectsIn(snapshot.value));
      for (let copies = 0; copies < MANY; copies++) {
        const copy = snapshot.copy();
        expect(copy).toStrictEqual(value);
        for (const object of objectsIn(copy)) {
          expect(seen.has(object)).toBe(false);
          seen.add(object);
        }
      }
    });
  }

  it('of one shape is copied right after another was', () => {
    const snapshots = [{ a: [{ b: 1 }] }, { a: [{ b: 'x' }, { b: null }] }, { a: [{ b: 1 }, 2] }, { a: [] }].map(
      (value) => ({ value, snapshot: new Snapshot(cloneValue(value)) }),
    );
    for (let copies = 0; copies < MANY; copies++) {
      for (const { value, snapshot } of snapshots) expect(snapshot.copy()).toStrictEqual(value);
    }
  });

  it('is copied right where there are more shapes than code is made for', () => {
    for (let shape = 0; shape < 300; shape++) {
      const snapshot = new Snapshot({ [`key ${shape}`]: [{ shape }] });
      for (let copies = 0; copies < 40; copies++) snapshot.copy();
      expect(snapshot.copy()).toStrictEqual({ [`key ${shape}`]: [{ shape }] });
    }
  });

  it('is copied right where no code may be made', () => {
    const program = `
      import { Snapshot } from '@glovebox/cache-core';
      let refused = 0;
      const Native = Function;
      globalThis.Function = function (...texts) { refused++; return Native(...texts); };
      const snapshot = new Snapshot({ list: [{ a: 1 }] });
      const copies = Array.from({ length: ${MANY} }, () => snapshot.copy());
      const isRight = copies.every((copy) => JSON.stringify(copy) === '{"list":[{"a":1}]}' && copy !== snapshot.value);
      console.log(isRight, new Set(copies).size, refused);
    `;
    const run = (...flags: string[]) =>
      execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', program], {
        cwd: import.meta.dirname,
        encoding: 'utf8',
      });
    expect(run('--disallow-code-generation-from-strings')).toBe(`true ${MANY} 1\n`);
    expect(run()).toBe(`true ${MANY} 1\n`);
  });
});

describe('snapshotOf', () => {
  it('keeps what cannot be changed as it is', () => {
    for (const value of [undefined, null, 0, 'text', 1n, true]) {
      expect(snapshotOf(value)).toBe(value);
      expect(copyOf(value)).toBe(value);
    }
  });

  it('gives a copy of everything else', () => {
    const value = { a: [1] };
    const copy = copyOf(snapshotOf(value));
    expect(copy).toStrictEqual(value);
    expectApart(copy, value);
  });
});
