import { deepStrictEqual } from 'node:assert';
import { inspect } from 'node:util';
import { COUNTER, createCounters, snapshotStats } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';

function statsOf(hits: number, misses: number, totalEntries = 0, totalSizeBytes = 0) {
  const counters = createCounters();
  counters[COUNTER.hitCount] = hits;
  counters[COUNTER.missCount] = misses;
  counters[COUNTER.evictionCount] = 3;
  counters[COUNTER.errorCount] = 1;
  return snapshotStats(counters, { totalEntries, totalSizeBytes });
}

describe('statistics as text', () => {
  it('are rates to a tenth, entries, bytes by thousands, evictions and errors', () => {
    expect(String(statsOf(7, 1, 12_345, 1_234_567))).toBe(`Cache Performance:
- Hit Rate: 87.5%
- Miss Rate: 12.5%
- Total Entries: 12345
- Total Size: 1,234,567 bytes
- Evictions: 3
- Errors: 1`);
    expect(`${statsOf(0, 0)}`).toContain(
      '- Hit Rate: 0.0%\n- Miss Rate: 0.0%\n- Total Entries: 0\n- Total Size: 0 bytes',
    );
  });

  it.each([
    [1, 15, '6.2%', '93.8%'],
    [5, 15, '25.0%', '75.0%'],
    [1, 2, '33.3%', '66.7%'],
    [9, 7, '56.2%', '43.8%'],
    [1, 9_999, '0.0%', '100.0%'],
  ])('of %d hits and %d misses have rates that add up to 100', (hits, misses, hitRate, missRate) => {
    const text = statsOf(hits, misses).toString();
    expect(text).toContain(`- Hit Rate: ${hitRate}\n- Miss Rate: ${missRate}\n`);
  });
});

describe('statistics as an object', () => {
  const stats = statsOf(1, 1, 2, 3);
  const plain = { ...stats };

  it('are those of a plain one: the text is neither copied, compared, written nor shown', () => {
    expect(Object.hasOwn(plain, 'toString')).toBe(false);
    expect(stats).toStrictEqual(plain);
    deepStrictEqual(stats, plain);
    expect(structuredClone(stats)).toStrictEqual(plain);
    expect(JSON.parse(JSON.stringify(stats))).toStrictEqual(plain);
    expect(inspect(stats)).toBe(inspect(plain));
    expect(Object.keys(stats)).not.toContain('toString');
  });

  it('are frozen, the text included', () => {
    expect(Object.isFrozen(stats)).toBe(true);
    expect(() => Object.assign(stats, { toString: () => '' })).toThrow(TypeError);
  });
});
