import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Measurement, measureRow, type OpenSubject } from './measure.js';
import type { Row, Sitting } from './plan.js';
import type { Subject } from './subject.js';
import type { ValueKind } from './values.js';
import { verify } from './verify.js';

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

const MIB = 1024 * 1024;

/** Opens, checks and fills the stores of a sitting below `directory`, measures its rows, and closes and removes them. */
export async function sit(sitting: Sitting, effort: Effort, directory: string): Promise<readonly MeasuredRow[]> {
  const { kind, rows } = sitting;
  const opened = new Map<Subject, OpenSubject>();
  const measured: MeasuredRow[] = [];
  try {
    for (const subject of new Set(rows.flatMap(({ subjects }) => subjects))) {
      opened.set(subject, await open(subject, kind, effort.storedEntries, mkdtempSync(join(directory, 'store-'))));
    }
    for (const row of rows) {
      const present = row.subjects.flatMap((subject) => opened.get(subject) ?? []);
      const [reference, ...others] = await measureRow(
        row,
        kind,
        present,
        effort.rounds,
        effort.budgetMs(present.length),
      );
      if (reference !== undefined) measured.push({ row, measurements: [reference, ...others] });
    }
  } finally {
    for (const { session } of opened.values()) await session.close();
    rmSync(directory, { recursive: true, force: true });
  }
  return measured;
}

async function open(subject: Subject, kind: ValueKind, entries: number, directory: string): Promise<OpenSubject> {
  const session = await subject.open({ directory, holdsBytes: kind.isBytes });
  await verify(subject, session, kind);
  const value = kind.create();
  // Large values would fill the memory and the page cache, which is not what is measured here. All keys together stay
  // below 10,000, the limit of a default cache.
  const storedKeys = keysNamed('stored', Math.max(4, Math.min(entries, Math.floor((4 * MIB) / kind.sizeBytes))));
  const freshKeys = keysNamed('fresh', Math.max(4, Math.min(8_000, Math.floor((16 * MIB) / kind.sizeBytes))));
  for (const key of storedKeys) await session.set(key, value);
  return { subject, session, value, storedKeys, freshKeys };
}

function keysNamed(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, position) => `${name}-${position}`);
}
