import { describe, expect, it } from 'vitest';
import { checkHistory } from '../../src/processes/history/check-history.js';
import { FOREIGN, MISS, type Operation, PRESENT, valueId } from '../../src/processes/history/operation.js';

const MS = 1e6;
const [A, B, C] = [valueId(1, 1), valueId(2, 1), valueId(3, 1)];

/** An operation from one millisecond to another. */
function operation(kind: Operation['kind'], from: number, to: number, more: Partial<Operation> = {}): Operation {
  const key = kind === 'clear' || kind === 'cleanup' ? -1 : 0;
  return { process: 1, kind, key, start: from * MS, end: to * MS, outcome: 'acknowledged', ...more };
}

const set = (written: number, from: number, to: number, more: Partial<Operation> = {}) =>
  operation('set', from, to, { written, ...more });
const get = (read: number, from: number, to: number, more: Partial<Operation> = {}) =>
  operation('get', from, to, { process: 9, read, ...more });
const remove = (from: number, to: number, more: Partial<Operation> = {}) => operation('delete', from, to, more);
const clear = (from: number, to: number) => operation('clear', from, to);
/** A getOrSet whose factory ran from a moment on. */
const compute = (written: number, from: number, writtenFrom: number, to: number) =>
  operation('getOrSet', from, to, { written, writtenFrom: writtenFrom * MS, read: written });

const counts = (mode: 'forgetting' | 'strict', ...history: Operation[]) => checkHistory(history, { mode }).counts;
const strict = (...history: Operation[]) => counts('strict', ...history);
const forgetting = (...history: Operation[]) => counts('forgetting', ...history);

describe('a history without fault', () => {
  it.each<[string, Operation[]]>([
    ['of nothing', []],
    ['of reads before anything is there', [get(MISS, 0, 1), operation('exists', 1, 2, { read: MISS })]],
    ['with a read of what is acknowledged', [set(A, 0, 1), get(A, 2, 3), operation('exists', 3, 4, { read: PRESENT })]],
    ['with a read of what is being written', [set(A, 0, 10), get(A, 2, 3), get(MISS, 1, 2)]],
    ['with the old value while the new one is written', [set(A, 0, 1), set(B, 2, 10), get(A, 3, 4), get(B, 3, 4)]],
    ['with sets at once, the later one staying', [set(A, 0, 10), set(B, 1, 9), get(A, 11, 12), get(A, 13, 14)]],
    ['with a miss during a delete, and after', [set(A, 0, 1), remove(2, 5), get(MISS, 3, 4), get(MISS, 6, 7)]],
    ['with a miss where a delete and a set overlap', [remove(0, 10), set(A, 2, 3), get(MISS, 11, 12)]],
    ['with a read where a set began before a clear ended', [clear(0, 10), set(A, 9, 11), get(A, 12, 13)]],
    ['with a miss after an expiry', [set(A, 0, 1, { ttlMs: 1 }), get(MISS, 30, 31)]],
    ['with a miss after a refused delete', [set(A, 0, 1), remove(2, 3, { outcome: 'refused' }), get(MISS, 4, 5)]],
    ['with a killed set that was seen', [set(A, 0, 100, { outcome: 'unknown' }), get(A, 5, 6), get(A, 101, 102)]],
    ['with a killed set that was not', [set(A, 0, 9, { outcome: 'unknown' }), get(MISS, 1, 2), get(MISS, 10, 11)]],
    ['with a killed delete', [set(A, 0, 1), remove(2, 9, { outcome: 'unknown' }), get(A, 10, 11), get(MISS, 12, 13)]],
    ['with a computed value', [compute(A, 0, 1, 5), get(A, 6, 7)]],
    ['with a computed value that a set outdated', [compute(A, 0, 1, 5), set(B, 2, 3), get(B, 6, 7)]],
    [
      'with a late value that another process did not wait for',
      [compute(A, 0, 5, 9), compute(B, 1, 2, 4), get(B, 10, 11)],
    ],
    ['with a computed value that a delete outdated', [compute(A, 0, 1, 5), remove(2, 3), get(MISS, 6, 7)]],
    ['with a value that was set before the factory ran', [compute(A, 0, 4, 5), set(B, 2, 3), get(B, 6, 7)]],
    ['of several keys', [set(A, 0, 1), set(B, 2, 3, { key: 1 }), get(A, 4, 5), get(B, 4, 5, { key: 1 })]],
  ])('%s is right in both modes', (_what, history) => {
    expect(strict(...history)).toEqual({});
    expect(forgetting(...history)).toEqual({});
  });

  it('may forget in one mode', () => {
    const history = [set(A, 0, 1), get(A, 2, 3), get(MISS, 4, 5), set(B, 6, 7, { outcome: 'refused' })];
    expect(forgetting(...history)).toEqual({});
    expect(strict(...history)).toEqual({ lost: 1, refused: 1 });
  });
});

describe('in any mode', () => {
  it.each<[string, object, Operation[]]>([
    ['something that nobody wrote', { torn: 1 }, [set(A, 0, 1), get(FOREIGN, 2, 3, { note: 'ab' })]],
    ["another key's value", { torn: 1 }, [set(A, 0, 1, { key: 1 }), get(A, 2, 3)]],
    ['a value before it was written', { unwritten: 1 }, [get(A, 0, 1), set(A, 2, 3)]],
    ['a replaced value', { stale: 2 }, [set(A, 0, 1), set(B, 2, 3), get(A, 4, 5), get(A, 6, 7), get(B, 8, 9)]],
    [
      'a value that a computed one replaced',
      { stale: 1 },
      [set(A, 0, 1), remove(1, 2), compute(B, 3, 4, 5), get(A, 6, 7)],
    ],
    ['a value after its delete', { returned: 1 }, [set(A, 0, 1), remove(2, 3), get(A, 4, 5)]],
    ['a value after a clear', { returned: 1 }, [set(A, 0, 1), clear(2, 3), get(A, 4, 5)]],
    [
      'the existence of a deleted value',
      { returned: 1 },
      [set(A, 0, 1), remove(2, 3), operation('exists', 4, 5, { read: PRESENT })],
    ],
    [
      'each of two values after both were acknowledged',
      { disagreement: 1 },
      [set(A, 0, 10), set(B, 1, 9), get(A, 11, 12), get(B, 13, 14)],
    ],
    [
      'a third value between two reads of the first',
      { disagreement: 1 },
      [set(A, 0, 10), set(B, 1, 9), set(C, 2, 8), get(A, 11, 12), get(C, 13, 14), get(A, 15, 16)],
    ],
    ['a value long after its expiry', { expired: 1 }, [set(A, 0, 1, { ttlMs: 5 }), get(A, 40, 41)]],
    ['a rejection', { rejected: 1 }, [set(A, 0, 1), get(MISS, 0, 1, { outcome: 'rejected', note: 'EIO' })]],
  ])('%s is a violation', (_what, expected, history) => {
    expect(forgetting(...history)).toEqual(expected);
    expect(strict(...history)).toEqual(expected);
  });
});

describe('strictly', () => {
  it.each<[string, object, Operation[]]>([
    ['a miss after an acknowledged set', { lost: 1 }, [set(A, 0, 1), get(MISS, 2, 3)]],
    ['an exists that is false', { lost: 1 }, [set(A, 0, 1), operation('exists', 2, 3, { read: MISS })]],
    ['a value that comes again after a miss', { lost: 1 }, [set(A, 0, 1), get(MISS, 2, 3), get(A, 4, 5)]],
    ['a miss while a value is replaced', { lost: 1 }, [set(A, 0, 1), set(B, 2, 9), get(MISS, 3, 4)]],
    ['a miss after a set after a delete', { lost: 1 }, [set(A, 0, 1), remove(2, 3), set(B, 4, 5), get(MISS, 6, 7)]],
    ['a miss after a set after a clear', { lost: 1 }, [clear(0, 1), set(B, 2, 3), get(MISS, 4, 5)]],
    [
      'a miss after a killed delete and a set',
      { lost: 1 },
      [remove(0, 1, { outcome: 'unknown' }), set(A, 2, 3), get(MISS, 4, 5)],
    ],
    ['a miss after a computed value', { lost: 1 }, [compute(A, 0, 1, 2), get(MISS, 3, 4)]],
    ['a factory that runs for a key that is there', { lost: 1 }, [set(A, 0, 1), compute(B, 2, 3, 4)]],
    [
      'a new value that goes with the expired one',
      { undone: 1 },
      [set(A, 0, 1, { ttlMs: 1 }), set(B, 30, 31), operation('cleanup', 29, 33), get(MISS, 34, 35)],
    ],
    ['a refused set', { refused: 1 }, [set(A, 0, 1, { outcome: 'refused' })]],
  ])('%s is a violation', (_what, expected, history) => {
    expect(strict(...history)).toEqual(expected);
    expect(forgetting(...history)).toEqual({});
  });
});

describe('what is told of a violation', () => {
  it('is the operations that show it, and no others', () => {
    const noise = [set(C, 0, 1, { process: 4, key: 5 }), get(A, 12, 13), get(MISS, 0, 1), get(A, 60, 61)];
    const history = [...noise, set(A, 10, 11), set(B, 20, 22.5, { process: 2 }), get(A, 30, 31)];
    const { violations, counts: found } = checkHistory(history, { mode: 'strict' });
    expect(found).toEqual({ stale: 2 });
    expect(violations).toHaveLength(1);
    expect(violations[0]?.message).toMatch(/^a read returned a value that had been replaced/);
    expect(violations[0]?.excerpt).toEqual([
      "10.0000 to 11.0000 ms  process 1: set('key 0', 1.1) → true",
      "20.0000 to 22.5000 ms  process 2: set('key 0', 2.1) → true",
      "30.0000 to 31.0000 ms  process 9: get('key 0') → 1.1",
    ]);
  });

  it('names the cleanup that was running', () => {
    const history = [
      set(A, 0, 1, { ttlMs: 1 }),
      operation('cleanup', 2, 3),
      set(B, 30, 31),
      operation('cleanup', 29, 33, { process: 3 }),
      get(MISS, 34, 35),
    ];
    const [undone] = checkHistory(history, { mode: 'strict' }).violations;
    expect(undone?.excerpt).toEqual([
      "0.0000 to 1.0000 ms  process 1: set('key 0', 1.1, { ttl: '1ms' }) → true",
      '29.0000 to 33.0000 ms  process 3: cleanup() → done',
      "30.0000 to 31.0000 ms  process 1: set('key 0', 2.1) → true",
      "34.0000 to 35.0000 ms  process 9: get('key 0') → undefined",
    ]);
  });

  it('shows what was read instead of a value, and who read both values', () => {
    const torn = checkHistory([get(FOREIGN, 0, 1, { note: '{"id":' })], { mode: 'strict' });
    expect(torn.violations[0]?.excerpt).toEqual(['0.0000 to 1.0000 ms  process 9: get(\'key 0\') → {"id":']);
    const history = [set(A, 0, 10), set(B, 1, 9), get(A, 11, 12, { process: 3 }), get(B, 13, 14, { process: 4 })];
    expect(checkHistory(history, { mode: 'strict' }).violations[0]?.excerpt).toEqual([
      "0.0000 to 10.0000 ms  process 1: set('key 0', 1.1) → true",
      "1.0000 to 9.0000 ms  process 1: set('key 0', 2.1) → true",
      "11.0000 to 12.0000 ms  process 3: get('key 0') → 1.1",
      "13.0000 to 14.0000 ms  process 4: get('key 0') → 2.1",
    ]);
  });
});

describe('the cost', () => {
  it('grows little faster than the history', () => {
    const history = (count: number) =>
      Array.from({ length: count }, (_, index) => {
        const at = index * 3;
        return index % 2 === 0 ? set(valueId(1, index), at, at + 4) : get(valueId(1, index - 1), at, at + 1);
      });
    const took = (count: number) => {
      const startedAt = performance.now();
      expect(checkHistory(history(count), { mode: 'strict' }).counts).toEqual({});
      return performance.now() - startedAt;
    };
    took(20_000);
    const [small, large] = [took(10_000), took(100_000)];
    // Square growth would be a hundredfold.
    expect(large / small).toBeLessThan(40);
  });
});
