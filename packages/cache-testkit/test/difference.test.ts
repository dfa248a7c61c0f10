import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { difference } from '../src/difference.js';

const filler = 'x'.repeat(60);

describe('a difference', () => {
  it('is left to the reader where both values are short', () => {
    expect(difference(1, 2)).toBeUndefined();
    expect(difference([1, 2], [1, 3])).toBeUndefined();
  });

  it.each([
    [{ filler, hitRate: 100 }, { filler, hitRate: 0 }, 'at .hitRate: 100 instead of 0'],
    [{ filler, list: [{ a: 1 }] }, { filler, list: [{ a: 2 }] }, 'at .list[0].a: 1 instead of 2'],
    [{ filler }, { filler, list: [1] }, 'at .list: nothing instead of [ 1 ]'],
    [{ filler, own: undefined }, { filler }, 'at .own: undefined instead of nothing'],
    [new Map([[filler, { a: 1 }]]), new Map([[filler, { a: 2 }]]), /^at \.get\('x+'.*\)\.a: 1 instead of 2$/],
    [[...Array(1_000).keys()], [...Array(2_000).keys()], 'at [1000]: nothing instead of 1000'],
    [new Uint8Array(100), new Uint8Array(100).fill(1, 50), 'at [50]: 0 instead of 1'],
    [`${filler}a`, `${filler}b`, "at  character 60: 'a' instead of 'b'"],
    [filler.slice(1), filler, "at  character 59: nothing instead of 'x'"],
  ])('is found inside of long ones: %#', (actual, expected, place) => {
    expect(difference(actual, expected)).toMatch(place);
  });

  it('is named where both print alike', () => {
    const ofAnotherRealm = runInNewContext('({ a: 1 })');
    expect(difference(ofAnotherRealm, { a: 1 })).toBe('another prototype or hidden fields');
    class First {}
    const Second = { First: class First {} }.First;
    expect(difference(new First(), new Second())).toBe('another prototype or hidden fields');
  });
});
