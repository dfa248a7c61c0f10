import type { SingleTimes } from './measure.js';
import type { Sitting } from './plan.js';
import type { MeasuredRow } from './sitting.js';
import { quantile } from './statistics.js';

/** Shares of the operations, in percent. */
export const PERCENTILES = [1, 25, 50, 75, 99, 99.9] as const;

/** How the times of single operations of a subject are distributed, the clock's own included: some 50 ns. */
export interface Distribution {
  readonly group: string;
  readonly value: string;
  readonly operation: string;
  readonly subject: string;
  readonly operations: number;
  /** What that percentage of the operations did not exceed, in nanoseconds; in the order of {@link PERCENTILES}. */
  readonly percentileNanoseconds: readonly number[];
}

export function distributionsOf({ group, kind }: Sitting, rows: readonly MeasuredRow[]): readonly Distribution[] {
  return rows.flatMap(({ row, singleTimes }) =>
    singleTimes.map((times) => ({
      group: group.name,
      value: kind.name,
      operation: row.operation.name,
      ...summary(times),
    })),
  );
}

function summary({ subject, nanoseconds }: SingleTimes) {
  return {
    subject: subject.name,
    operations: nanoseconds.length,
    percentileNanoseconds: PERCENTILES.map((percent) => quantile(nanoseconds, percent / 100)),
  };
}
