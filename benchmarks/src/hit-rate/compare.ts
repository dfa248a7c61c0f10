import type { EvictionPolicy } from '@glovebox/cache-core';
import { lineChart, type Series } from '../plots/line-chart.js';
import type { Table } from '../tables.js';
import { beladyHitRate } from './belady.js';
import { replay } from './replay.js';
import type { Trace } from './trace.js';

/** Capacities that are tried, as parts of the sizes of all keys together. */
const SHARES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

/** Hit rates in percent, by capacity. */
export interface Comparison {
  readonly trace: string;
  readonly hasSizes: boolean;
  readonly requests: number;
  readonly keys: number;
  readonly rows: readonly {
    readonly capacity: number;
    readonly byPolicy: Readonly<Partial<Record<EvictionPolicy, number>>>;
    readonly belady: number;
  }[];
}

/** Replays a trace through every policy at every capacity. @param onRow told after each capacity */
export async function compare(
  trace: Trace,
  policies: readonly EvictionPolicy[],
  given: readonly number[],
  onRow: () => void = () => {},
): Promise<Comparison> {
  const sizes = new Map(trace.requests.map(({ key, sizeBytes }) => [key, sizeBytes]));
  const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const capacities = given.length > 0 ? given : SHARES.map((share) => Math.max(1, Math.round(all * share)));
  const rows: Comparison['rows'][number][] = [];
  for (const capacity of [...new Set(capacities)].sort((a, b) => a - b)) {
    const byPolicy: Partial<Record<EvictionPolicy, number>> = {};
    for (const policy of policies) byPolicy[policy] = await replay(trace, policy, capacity);
    rows.push({ capacity, byPolicy, belady: beladyHitRate(trace.requests, capacity) });
    onRow();
  }
  return { trace: trace.name, hasSizes: trace.hasSizes, requests: trace.requests.length, keys: sizes.size, rows };
}

export function tableOf(comparison: Comparison, policies: readonly EvictionPolicy[]): Table {
  const { trace, requests, keys, rows, hasSizes } = comparison;
  const count = (value: number) => value.toLocaleString('en-US');
  return {
    title: `${trace}: ${count(requests)} requests of ${count(keys)} keys; hits in % by ${hasSizes ? 'bytes' : 'entries'}`,
    corner: hasSizes ? 'bytes' : 'entries',
    columns: [...policies, 'Belady'],
    rows: rows.map(({ capacity, byPolicy, belady }) => [
      count(capacity),
      ...policies.map((policy) => (byPolicy[policy] ?? 0).toFixed(1)),
      belady.toFixed(1),
    ]),
  };
}

export function chartOf({ trace, hasSizes, rows }: Comparison, policies: readonly EvictionPolicy[]): string {
  const line = (name: string, rateOf: (row: Comparison['rows'][number]) => number): Series => ({
    name,
    points: rows.map((row) => [row.capacity, rateOf(row)]),
  });
  return lineChart({
    title: trace,
    xLabel: hasSizes ? 'capacity in bytes' : 'capacity in entries',
    yLabel: 'hit rate in %',
    xMarks: rows.map(({ capacity }) => capacity),
    yMax: 100,
    series: [
      ...policies.map((policy) => line(policy, ({ byPolicy }) => byPolicy[policy] ?? 0)),
      { ...line('Belady', ({ belady }) => belady), isDashed: true },
    ],
  });
}
