import { cloneValue, copyValue } from '@glovebox/cache-core';
import { afterEach, describe, expect, it } from 'vitest';

describe('copyValue', () => {
  const sparse: unknown[] = [{ a: 1 }];
  sparse[3] = { b: 2 };
  const claimsMany: unknown[] = [];
  claimsMany[4_000_000_000] = 'last';

  const values: Record<string, unknown> = {
    'JSON types': { a: [1, -0, null, true, 'x', { b: [] }], empty: {} },
    'undefined inside': { a: undefined, b: [undefined, 1] },
    '__proto__ as data': JSON.parse('{"__proto__":{"x":{"y":1}},"constructor":2}'),
    'no prototype': Object.assign(Object.create(null), { a: { b: 1 } }),
    'holes beside undefined': sparse,
    'a length without elements': claimsMany,
    collections: new Map<unknown, unknown>([[{ k: 1 }, new Set([[1], new Date(5)])]]),
    bytes: { a: Buffer.from('abc'), b: new Float64Array([1, Number.NaN]), c: new DataView(new ArrayBuffer(4)) },
    'a pattern with its position': Object.assign(/a+/gi, { lastIndex: 2 }),
  };

  for (const [name, value] of Object.entries(values)) {
    it(`copies ${name} equal, of its own type`, () => {
      const trusted = cloneValue(value);
      const copy = copyValue(trusted);
      expect(copy).toStrictEqual(value);
      expect(copy).not.toBe(trusted);
    });
  }

  it('keeps holes apart from undefined', () => {
    const withHole: unknown[] = [undefined];
    withHole[2] = 1;
    const copy = copyValue(cloneValue(withHole));
    expect(Object.keys(copy)).toEqual(['0', '2']);
    expect(copy).toHaveLength(3);
  });

  it('shares nothing that can be changed', () => {
    const source = { list: [{ n: 1 }], map: new Map([['k', { n: 1 }]]), date: new Date(0), bytes: new Uint8Array([1]) };
    const copy = copyValue(source);
    copy.list[0] = { n: 2 };
    copy.list.push({ n: 3 });
    const inner = copy.map.get('k');
    if (inner !== undefined) inner.n = 2;
    copy.date.setTime(9);
    copy.bytes[0] = 9;
    expect(source).toStrictEqual({
      list: [{ n: 1 }],
      map: new Map([['k', { n: 1 }]]),
      date: new Date(0),
      bytes: new Uint8Array([1]),
    });
  });

  describe('when somebody has added to Object.prototype', () => {
    afterEach(() => Reflect.deleteProperty(Object.prototype, 'added'));

    it('copies and clones only what values have of their own', () => {
      const value = { own: { a: 1 } };
      Reflect.set(Object.prototype, 'added', { by: 'a careless library' });
      expect(Object.keys(copyValue(value))).toEqual(['own']);
      expect(Object.keys(cloneValue(value))).toEqual(['own']);
    });
  });
});

describe('cloneValue', () => {
  it('refuses what would not come back, however deep', () => {
    class Point {
      x = 1;
    }
    const named = Object.assign([1, 2], { note: 'x' });
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    for (const bad of [() => 1, Symbol('s'), new Point(), named, cycle, { [Symbol('s')]: 1 }, [new Point()]]) {
      expect(() => cloneValue({ deep: [{ bad }] })).toThrow(expect.objectContaining({ code: 'CACHE_UNSERIALIZABLE' }));
    }
  });
});
