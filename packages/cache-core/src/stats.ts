import type { CacheStats } from './types.js';

/** Names of the counters, in the order in which they stand in a {@link CacheCounters}. */
export const COUNTER_NAMES = [
  'hitCount',
  'missCount',
  'setCount',
  'deleteCount',
  'evictionCount',
  'expiredCount',
  'errorCount',
  'lastUpdatedAt',
] as const;

export type CounterName = (typeof COUNTER_NAMES)[number];

/** Position of each counter. */
export const COUNTER = Object.freeze(Object.fromEntries(COUNTER_NAMES.map((name, index) => [name, index]))) as Readonly<
  Record<CounterName, number>
>;

/** One number a counter, so that a backend can write them to a file as they stand. */
export type CacheCounters = Float64Array;

export function createCounters(): CacheCounters {
  return new Float64Array(COUNTER_NAMES.length);
}

/** Adds `more` to `total`; of `lastUpdatedAt` the later one stays. */
export function addCounters(total: CacheCounters, more: Readonly<ArrayLike<number>>): CacheCounters {
  for (let index = 0; index < COUNTER_NAMES.length; index++) {
    const count = more[index] ?? 0;
    total[index] = index === COUNTER.lastUpdatedAt ? Math.max(total[index] ?? 0, count) : (total[index] ?? 0) + count;
  }
  return total;
}

/** What a store holds, whoever wrote it. */
export interface StoreTotals {
  readonly totalEntries: number;
  readonly totalSizeBytes: number;
}

export function snapshotStats(counters: Readonly<CacheCounters>, totals: StoreTotals): CacheStats {
  const count = (name: CounterName) => counters[COUNTER[name]] ?? 0;
  const hitCount = count('hitCount');
  const missCount = count('missCount');
  const reads = hitCount + missCount;
  const stats = {
    totalEntries: totals.totalEntries,
    totalSizeBytes: totals.totalSizeBytes,
    hitCount,
    missCount,
    setCount: count('setCount'),
    deleteCount: count('deleteCount'),
    evictionCount: count('evictionCount'),
    expiredCount: count('expiredCount'),
    errorCount: count('errorCount'),
    hitRate: reads === 0 ? 0 : (hitCount / reads) * 100,
    missRate: reads === 0 ? 0 : (missCount / reads) * 100,
    lastUpdatedAt: count('lastUpdatedAt'),
  };
  // The snapshot's own, and not enumerable: spread, compared, cloned, as JSON and inspected, it is a plain object.
  return Object.freeze(Object.defineProperty(stats, 'toString', { value: describeStats }));
}

/** `CacheStats.toString`. */
function describeStats(this: CacheStats): string {
  return [
    'Cache Performance:',
    `- Hit Rate: ${percentage(this.hitRate)}`,
    `- Miss Rate: ${percentage(this.missRate)}`,
    `- Total Entries: ${this.totalEntries}`,
    `- Total Size: ${this.totalSizeBytes.toLocaleString('en-US')} bytes`,
    `- Evictions: ${this.evictionCount}`,
    `- Errors: ${this.errorCount}`,
  ].join('\n');
}

function percentage(rate: number): string {
  // Half of a tenth goes to the even one, as in `6.2%` and `93.8%`, which `toFixed` would print as more than 100 together.
  return `${(rate % 1 === 0.25 ? rate - 0.05 : rate).toFixed(1)}%`;
}
