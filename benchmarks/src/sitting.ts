import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Measurement, measureRow } from './measure.js';
import type { Row, Sitting } from './plan.js';
import type { Subject } from './subject.js';
import { ThreadLane } from './thread-lane.js';

export interface MeasuredRow {
  readonly row: Row;
  /** The reference first. */
  readonly measurements: readonly [Measurement, ...Measurement[]];
}

export interface Effort {
  readonly rounds: number;
  readonly storedEntries: number;
  /** Milliseconds for the next measurements, of which there are `count`. */
  budgetMs(count: number): number;
}

/** Opens, checks and fills the stores of a sitting below `directory`, measures its rows, and closes and removes them. */
export async function sit(sitting: Sitting, effort: Effort, directory: string): Promise<readonly MeasuredRow[]> {
  const { group, kind, rows } = sitting;
  const lanes = new Map<Subject, ThreadLane>();
  const measured: MeasuredRow[] = [];
  try {
    for (const subject of new Set(rows.flatMap(({ subjects }) => subjects))) {
      const store = mkdtempSync(join(directory, 'store-'));
      const start = { group: group.name, kind: kind.name, entries: effort.storedEntries, directory: store };
      lanes.set(subject, await ThreadLane.open(subject, start));
    }
    await delay(Math.max(...[...lanes.keys()].map(({ restMs = 0 }) => restMs)));
    for (const row of rows) {
      const present = row.subjects.flatMap((subject) => lanes.get(subject) ?? []);
      const budgetMs = effort.budgetMs(present.length);
      const [reference, ...others] = await measureRow(row.operation, present, effort.rounds, budgetMs);
      if (reference !== undefined) measured.push({ row, measurements: [reference, ...others] });
    }
  } finally {
    for (const lane of lanes.values()) await lane.close();
    rmSync(directory, { recursive: true, force: true });
  }
  return measured;
}
