import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { JudgedBar } from './bars/judge.js';
import type { Distribution } from './distribution.js';
import type { Machine } from './machine.js';
import type { Sitting } from './plan.js';
import type { Axes, Figure } from './scenarios/scenario.js';
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

/** What a results file holds, and the page is made of. */
export interface Report {
  readonly format: 2;
  readonly startedAt: string;
  readonly isQuick: boolean;
  readonly machine: Machine;
  readonly groups: readonly {
    readonly name: string;
    readonly title: string;
    readonly reference: string;
    readonly subjects: readonly { readonly name: string; readonly isOurs: boolean; readonly gives: Gives }[];
  }[];
  /** Subjects that could not be had, and why. */
  readonly leftOut: readonly string[];
  /** What went wrong: the rest was measured all the same. */
  readonly failures: readonly string[];
  readonly results: readonly Result[];
  readonly distributions: readonly Distribution[];
  readonly scenarios: readonly {
    readonly name: string;
    readonly title: string;
    readonly axes: Axes | undefined;
    readonly figures: readonly Figure[];
  }[];
  readonly bars: readonly JudgedBar[];
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
export function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
