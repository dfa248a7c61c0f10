import { inspect, isDeepStrictEqual } from 'node:util';
import { cloneValue, copyValue, isCacheError, valueCodec } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { foreign, nested, refusedValues, storableValues, withHole } from './support/values.js';

function throughJson(value: unknown): unknown {
  const { encoding, data } = valueCodec.encode(value);
  // As a store of text would hold it.
  return valueCodec.decode({ encoding, data: typeof data === 'string' ? `${data}` : Buffer.from(data) });
}

const ways: Record<string, (value: unknown) => unknown> = {
  valueCodec: throughJson,
  cloneValue,
  'cloneValue and copyValue': (value) => copyValue(cloneValue(value)),
};

for (const [name, roundTrip] of Object.entries(ways)) {
  describe(name, () => {
    for (const [type, value] of Object.entries(storableValues())) {
      it(`brings back ${type}, equal and of its own type`, () => {
        const back = roundTrip(value);
        expect(isDeepStrictEqual(back, value), inspect(back)).toBe(true);
        expect(Object.is(back, value)).toBe(typeof value !== 'object' || value === null);
      });
    }

    for (const [type, value] of Object.entries(refusedValues())) {
      it(`refuses ${type}, alone and inside`, () => {
        for (const refused of [value, { list: [value] }]) {
          const error = thrownBy(() => roundTrip(refused));
          expect(error).toBeInstanceOf(Error);
          if (!/revoked|detached/.test(type)) expect(isCacheError(error, 'CACHE_UNSERIALIZABLE')).toBe(true);
        }
      });
    }

    it('keeps holes apart from undefined', () => {
      const back = roundTrip(withHole()) as unknown[];
      expect(Object.keys(back)).toEqual(['0', '2']);
      expect(back).toHaveLength(3);
    });

    it('keeps keys apart that begin alike in JSON, whatever was read before', () => {
      const keys = ['\\', '\u0000', '\n', '"', '\\u', 'a\\', 'a\n', '\ud800', '\\ud8', 'a"b', 'a\\"'];
      for (let round = 0; round < 3; round++) {
        for (const key of keys) {
          for (const value of [{ x: 1, [key]: 2 }, { [key]: [{ [key]: 1n }] }, new Map([[1, { x: 1, [key]: 2 }]])]) {
            expect(roundTrip(value)).toStrictEqual(value);
          }
        }
      }
    });

    it('keeps the order of keys, entries and members', () => {
      const back = roundTrip({ z: 1n, a: new Map([['z', 1]]).set('a', 2), m: new Set(['z', 'a']) });
      expect(Object.keys(back as object)).toEqual(['z', 'a', 'm']);
      expect([...(back as { a: Map<string, number> }).a.keys()]).toEqual(['z', 'a']);
    });

    it('keeps -0 in a number, in a list and in typed arrays', () => {
      const back = roundTrip({ n: -0, list: [-0], floats: new Float32Array([-0]) });
      expect(back).toStrictEqual({ n: -0, list: [-0], floats: new Float32Array([-0]) });
      expect(Object.is((back as { n: number }).n, -0)).toBe(true);
    });

    it('keeps the prototype that an object has, and leaves that of others alone', () => {
      const back = roundTrip(JSON.parse('{"__proto__":{"polluted":true}}')) as object;
      expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
      expect(Object.keys(back)).toEqual(['__proto__']);
      expect(Reflect.get({}, 'polluted')).toBeUndefined();
      expect(Object.getPrototypeOf(roundTrip(Object.create(null)))).toBeNull();
    });

    it('takes the data of another realm for what it is', () => {
      const value = foreign("{ a: [1, { b: new Date(5) }], m: new Map([['x', new Set([1n])]])}");
      expect(roundTrip(value)).toStrictEqual({
        a: [1, { b: new Date(5) }],
        m: new Map([['x', new Set([1n])]]),
      });
      for (const refused of ['new (class Point {})()', '() => 1', 'new Error("e")', 'new (class extends Map {})()']) {
        expect(() => roundTrip(foreign(refused))).toThrow(expect.objectContaining({ code: 'CACHE_UNSERIALIZABLE' }));
      }
    });

    it('takes what a proxy or a getter shows', () => {
      const proxy = new Proxy({ a: [1] }, {});
      expect(roundTrip(proxy)).toStrictEqual({ a: [1] });
      const list = new Proxy([1, 2], {});
      expect(roundTrip(list)).toStrictEqual([1, 2]);
      expect(
        roundTrip({
          get computed() {
            return 7;
          },
        }),
      ).toStrictEqual({ computed: 7 });
    });

    it('calls no method of the value, whatever it is called', () => {
      const hidden = Object.defineProperty({ a: 1 }, 'toJSON', { value: () => 'changed', enumerable: false });
      expect(roundTrip(hidden)).toStrictEqual({ a: 1 });
      expect(roundTrip([hidden])).toStrictEqual([{ a: 1 }]);
    });

    it('stands the same depth as the others: 1,000 levels', () => {
      for (const value of [nested(1_000), { ...(nested(1_000) as object) }]) {
        expect(roundTrip(value)).toStrictEqual(value);
      }
      for (const deep of [nested(1_001), [1n, nested(1_000)]]) {
        expect(() => roundTrip(deep)).toThrow(expect.objectContaining({ code: 'CACHE_UNSERIALIZABLE' }));
      }
    });

    it('brings back a Float16Array, where there is one', (context) => {
      context.skip(!('Float16Array' in globalThis), 'this Node has no Float16Array');
      const Float16Array = Reflect.get(globalThis, 'Float16Array');
      expect(roundTrip({ halves: new Float16Array([0.5, -2]) })).toStrictEqual({ halves: new Float16Array([0.5, -2]) });
    });

    it('shares no bytes with the caller', () => {
      const shared = new Uint8Array(new SharedArrayBuffer(2));
      for (const bytes of [Buffer.from('ab'), new Uint8Array([1, 2]), shared]) {
        const back = roundTrip({ bytes }) as { bytes: Uint8Array };
        const top = roundTrip(bytes) as Uint8Array;
        bytes[0] = 99;
        expect(back.bytes[0]).not.toBe(99);
        expect(top[0]).not.toBe(99);
      }
    });

    it('names the type it refuses, and never its content', () => {
      class SecretHolder {
        text = 'secret-value';
      }
      const error = thrownBy(() => roundTrip({ list: ['secret-value', new SecretHolder()] }));
      expect(error).toMatchObject({ code: 'CACHE_UNSERIALIZABLE' });
      expect(String(error)).toContain('SecretHolder');
      expect(String(error)).not.toContain('secret-value');
    });
  });
}

describe('valueCodec', () => {
  it('writes JSON types as plain JSON, which other tools can read', () => {
    const value = { a: [1, 'x', null, true], $: { v: 1 } };
    expect(valueCodec.encode(value)).toEqual({ encoding: 'json', data: JSON.stringify(value) });
  });

  it('writes other types as JSON too', () => {
    const { encoding, data } = valueCodec.encode({ at: new Date(5), plain: { $: 1 } });
    expect(encoding).toBe('tagged');
    expect(JSON.parse(String(data))).toEqual({ at: { $: 'date', v: 5 }, plain: { $: 'object', v: [['$', 1]] } });
  });

  it('leaves bytes as bytes, of a class of their own', () => {
    expect(valueCodec.encode(Buffer.from('ab'))).toEqual({ encoding: 'buffer', data: new Uint8Array([97, 98]) });
    expect(valueCodec.encode(new Uint8Array([1]))).toEqual({ encoding: 'uint8array', data: new Uint8Array([1]) });
    expect(Buffer.isBuffer(throughJson(Buffer.from('ab')))).toBe(true);
    expect(Buffer.isBuffer(throughJson(new Uint8Array([1])))).toBe(false);
  });

  it('measures bytes, not characters', () => {
    expect(valueCodec.sizeOf(valueCodec.encode('é'))).toBe(4);
    expect(valueCodec.sizeOf(valueCodec.encode(new Uint8Array(10)))).toBe(10);
  });

  it('holds a text of ten million characters', () => {
    const text = 'äx'.repeat(5_000_000);
    expect(throughJson({ text })).toEqual({ text });
  });

  it('throws on a payload that is not well-formed', () => {
    const payloads: unknown[] = [
      { encoding: 'json', data: '{' },
      { encoding: 'json', data: new Uint8Array(1) },
      { encoding: 'buffer', data: 'text' },
      { encoding: 'unknown', data: '1' },
      ...['{"$":"new-type","v":1}', '{"$":"map","v":{}}', '{"$":"bigint","v":1}', '{"$":"Uint16Array","v":"AAAA"}'].map(
        (data) => ({ encoding: 'tagged', data }),
      ),
      ...['{"$":1,"v":1}', '{"$":"__proto__","v":""}', '{"$":"map","v":[1]}', '{"$":"regexp","v":["(",""]}'].map(
        (data) => ({
          encoding: 'tagged',
          data,
        }),
      ),
    ];
    for (const payload of payloads) {
      expect(() => valueCodec.decode(payload as never), JSON.stringify(payload)).toThrow();
    }
  });

  it('brings back random trees of all types', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const value = randomValue(mulberry32(seed), 4);
      for (const back of [throughJson(value), cloneValue(value)]) {
        expect(isDeepStrictEqual(back, value), `seed ${seed}: ${inspect(back)} for ${inspect(value)}`).toBe(true);
      }
    }
  });
});

describe('the text of valueCodec', () => {
  it('is plain JSON, also of text that JSON escapes', () => {
    const value = { 'a key': 'a "quoted"\n\\text', list: ['\u0000'] };
    expect(valueCodec.encode(value)).toEqual({ encoding: 'json', data: JSON.stringify(value) });
  });

  it('never has a name of a property that is written with an escape', () => {
    const value = { x: 1, 'C:\\dir': [{ '\n': new Date(0) }] };
    expect(valueCodec.encode({ x: 1, 'C:\\dir': [{ '\n': 2 }] }).data).not.toMatch(/\\[^,:]*":/);
    expect(valueCodec.encode(value).data).not.toMatch(/\\[^,:]*":/);
  });
});

function thrownBy(task: () => unknown): unknown {
  try {
    task();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

type Random = () => number;

/** A small generator of numbers from 0 to 1 that repeats itself from its seed (mulberry32). */
function mulberry32(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ODD_KEYS = ['a', 'b', '$', 'v', '__proto__', 'constructor', 'toJSON', '0', '', 'ä'];

function randomValue(random: Random, depth: number): unknown {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const leaves = [null, undefined, true, -0, 1.5, Number.NaN, '', '\ud800', 7n, new Date(1), /x/g, new Uint8Array([9])];
  if (depth === 0 || random() < 0.2) return pick(leaves);
  const parts = Array.from({ length: Math.floor(random() * 4) }, () => randomValue(random, depth - 1));
  switch (Math.floor(random() * 5)) {
    case 0:
      return parts;
    case 1:
      return new Set(parts);
    case 2:
      return new Map(parts.map((part) => [randomValue(random, 0), part]));
    default: {
      const record = {};
      for (const value of parts) {
        Object.defineProperty(record, pick(ODD_KEYS), { value, enumerable: true, writable: true, configurable: true });
      }
      return record;
    }
  }
}
