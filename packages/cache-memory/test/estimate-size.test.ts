import { describe, expect, it } from 'vitest';
import { estimateSize } from '../src/estimate-size.js';

const jsonBytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('estimateSize', () => {
  const exact: Record<string, unknown> = {
    'short texts': ['', 'abc', 'quote " and \\', 'tab\tline\nbell\u0007', 'ä', '漢字', '😀 mixed ä'],
    numbers: [0, 7, 42, 999, 1_000, -5, 0.1, 1e21, 123_456_789, 1.5e-7],
    'what else JSON has': { a: null, b: true, c: false, d: [], e: {}, f: [[]], g: { h: [1, { i: 2 }] } },
    'a text at the top': 'hello',
    'a number at the top': 12.5,
  };
  for (const [name, value] of Object.entries(exact)) {
    it(`is the bytes of the JSON for ${name}`, () => {
      expect(estimateSize(value, true)).toBe(jsonBytes(value));
    });
  }

  it('counts the bytes of long texts, not their characters', () => {
    const text = '漢'.repeat(10_000);
    expect(estimateSize({ text }, true)).toBe(jsonBytes({ text }));
  });

  it('counts bytes as bytes', () => {
    expect(estimateSize(Buffer.alloc(5_000), true)).toBe(5_000);
    expect(estimateSize(new Float64Array(100), true)).toBe(800);
    expect(estimateSize(new ArrayBuffer(64), true)).toBe(64);
    expect(estimateSize({ b: new Uint8Array(1_000) }, true)).toBe(1_000 + '{"b":}'.length);
  });

  it('counts what maps, sets, dates and bigints hold', () => {
    const inner = 'x'.repeat(1_000);
    expect(estimateSize(new Map([['k', inner]]), true)).toBeGreaterThan(1_000);
    expect(estimateSize(new Set([inner]), true)).toBeGreaterThan(1_000);
    expect(estimateSize(new Date(0), true)).toBe(jsonBytes(new Date(0)));
    expect(estimateSize(12_345n, true)).toBe(5);
  });

  it('counts an object once that occurs often, and ends on cycles', () => {
    const shared = { text: 'x'.repeat(1_000) };
    const cycle: Record<string, unknown> = { shared, again: shared };
    cycle.self = cycle;
    expect(estimateSize(cycle, false)).toBeGreaterThan(1_000);
    expect(estimateSize(cycle, false)).toBeLessThan(1_200);
  });

  it('survives chains of any length and getters that throw', () => {
    let chain: unknown = 'end';
    for (let depth = 0; depth < 200_000; depth++) chain = { next: chain };
    expect(estimateSize(chain, false)).toBeGreaterThan(200_000);
    const trap = {
      get bad(): never {
        throw new Error('no');
      },
      good: 'x'.repeat(100),
    };
    expect(estimateSize(trap, false)).toBeGreaterThan(100);
  });

  it('counts the elements present of an array that claims thousands of millions', () => {
    const sparse: unknown[] = ['first'];
    sparse[4_000_000_000] = 'last';
    expect(estimateSize(sparse, true)).toBeLessThan(100);
  });
});
