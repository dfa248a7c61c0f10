import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Machine } from './machine.js';
import type { Sitting } from './plan.js';
import type { Figure } from './scenarios/scenario.js';
import type { MeasuredRow } from './sitting.js';
import { pairedRatios, type Summary, summarize } from './statistics.js';
import type { Gives } from './subject.js';

/** One subject's operation on one kind of value. Times are of one operation. */
export interface Result {
  readonly group: string;
  readonly value: string;
  readonly operation: string;
  readonly subject: string;
  readonly operationsPerRound: number;
  readonly nanosecondsByRound: readonly number[];
  readonly nanoseconds: Summary;
  /** To the reference's time in the same round: above 1 is slower. */
  readonly ratio: Summary;
}

/** What a results file holds. */
export interface Report {
  readonly format: 1;
  readonly startedAt: string;
  readonly machine: Machine;
  readonly groups: readonly {
    readonly name: string;
    readonly reference: string;
    readonly subjects: readonly { readonly name: string; readonly gives: Gives }[];
  }[];
  readonly results: readonly Result[];
  readonly scenarios: readonly { readonly name: string; readonly title: string; readonly figures: readonly Figure[] }[];
}

export function resultsOf({ group, kind }: Sitting, measuredRows: readonly MeasuredRow[]): readonly Result[] {
  return measuredRows.flatMap(({ row, measurements }) =>
    measurements.map(({ subject, operationsPerRound, nanoseconds }) => ({
      group: group.name,
      value: kind.name,
      operation: row.operation.name,
      subject: subject.name,
      operationsPerRound,
      nanosecondsByRound: nanoseconds,
      nanoseconds: summarize(nanoseconds),
      ratio: summarize(pairedRatios(nanoseconds, measurements[0].nanoseconds)),
    })),
  );
}

/** Makes the folder if it is missing. */
export function writeReport(file: string, report: Report): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}
