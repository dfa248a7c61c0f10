import { describe, expect, it } from 'vitest';
import { pairedRatios, quantile, summarize } from '../src/statistics.js';

describe('quantile', () => {
  it('interpolates between neighbours, whatever the order of the values', () => {
    expect(quantile([40, 10, 30, 20], 0.5)).toBe(25);
    expect(quantile([40, 10, 30, 20], 0.25)).toBe(17.5);
    expect(quantile([10, 9, 100], 0.5)).toBe(10);
  });

  it('is the least at 0 and the greatest at 1', () => {
    expect(quantile([3, 1, 2], 0)).toBe(1);
    expect(quantile([3, 1, 2], 1)).toBe(3);
    expect(quantile([7], 0.9)).toBe(7);
  });

  it('leaves the values in their order', () => {
    const values = [3, 1, 2];
    quantile(values, 0.5);
    expect(values).toEqual([3, 1, 2]);
  });

  it('throws for no values and for a part that there is not', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
    expect(() => quantile([1, 2], 1.5)).toThrow(RangeError);
    expect(() => quantile([1, 2], -0.5)).toThrow(RangeError);
  });
});

describe('summarize', () => {
  it('gives the median, and half of the distance between the quartiles as a percentage of it', () => {
    expect(summarize([80, 90, 100, 110, 120])).toEqual({ median: 100, spreadPercent: 10 });
  });

  it('is not moved by one disturbed round', () => {
    expect(summarize([100, 100, 100, 100, 5_000])).toEqual({ median: 100, spreadPercent: 0 });
  });

  it('has no spread for zeros', () => {
    expect(summarize([0, 0])).toEqual({ median: 0, spreadPercent: 0 });
  });
});

describe('pairedRatios', () => {
  it('compares what was measured in the same round', () => {
    expect(pairedRatios([20, 60], [10, 20])).toEqual([2, 3]);
  });

  it('throws when one has more rounds than the other', () => {
    expect(() => pairedRatios([1, 2], [1])).toThrow(RangeError);
    expect(() => pairedRatios([1], [1, 2])).toThrow(RangeError);
  });
});
