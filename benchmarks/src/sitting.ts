import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Measurement, measureEach, measureRow, type SingleTimes } from './measure.js';
import type { Row, Sitting } from './plan.js';
import { ProcessLane } from './process-lane.js';
import type { Subject } from './subject.js';

export interface MeasuredRow {
  readonly row: Row;
  /** The reference first. */
  readonly measurements: readonly [Measurement, ...Measurement[]];
  /** Empty unless the row is one whose distribution was asked for. */
  readonly singleTimes: readonly SingleTimes[];
}

export interface MeasuredSitting {
  readonly rows: readonly MeasuredRow[];
  /** Why subjects are missing from the rows: {@link UnavailableError}, or what was wrong with them. */
  readonly leftOut: readonly Error[];
}

export interface Effort {
  readonly rounds: number;
  readonly storedEntries: number;
  /** Turns in which single operations are timed, for rows whose distribution is asked for. */
  readonly singleTurns: number;
  /** Milliseconds for the next measurements, of which there are `count`. */
  budgetMs(count: number): number;
}

const SINGLE_OPERATIONS_A_TURN = 250;
/** Slow subjects get fewer. */
const SINGLE_MS_A_TURN = 20;

/** Opens, checks and fills the stores of a sitting below `directory`, measures its rows, and closes and removes them. */
export async function sit(sitting: Sitting, effort: Effort, directory: string): Promise<MeasuredSitting> {
  const lanes = new Map<Subject, ProcessLane>();
  const measured: MeasuredRow[] = [];
  try {
    const leftOut = await openLanes(sitting, effort, directory, lanes);
    await delay(Math.max(...[...lanes.keys()].map(({ restMs = 0 }) => restMs)));
    for (const row of sitting.rows) {
      const present = row.subjects.flatMap((subject) => lanes.get(subject) ?? []);
      const budgetMs = effort.budgetMs(row.subjects.length);
      const [reference, ...others] = await measureRow(row.operation, present, effort.rounds, budgetMs);
      const singleTimes = row.isTimedEach
        ? await measureEach(present, effort.singleTurns, SINGLE_OPERATIONS_A_TURN, SINGLE_MS_A_TURN)
        : [];
      if (reference !== undefined) measured.push({ row, measurements: [reference, ...others], singleTimes });
    }
    return { rows: measured, leftOut };
  } finally {
    for (const lane of lanes.values()) await lane.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * All at once: nothing is timed yet.
 * @throws what is wrong with the reference
 */
async function openLanes(
  { group, kind, rows }: Sitting,
  { storedEntries }: Effort,
  directory: string,
  lanes: Map<Subject, ProcessLane>,
): Promise<readonly Error[]> {
  const subjects = [...new Set(rows.flatMap((row) => row.subjects))];
  const opening = subjects.map(async (subject) => {
    const store = mkdtempSync(join(directory, 'store-'));
    const start = { group: group.name, kind: kind.name, entries: storedEntries, directory: store };
    lanes.set(subject, await ProcessLane.open(subject, start));
  });
  const leftOut = (await Promise.allSettled(opening)).flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  if (!lanes.has(group.reference)) throw leftOut[0];
  return leftOut;
}
