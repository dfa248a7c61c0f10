import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { unavailability } from '../availability.js';
import { summarize } from '../statistics.js';
import type { Subject } from '../subject.js';
import { lmdb } from '../subjects/lmdb.js';
import { filesystemCaches } from '../subjects/packages.js';
import { rawFiles } from '../subjects/raw-files.js';
import { nodeSqlite } from '../subjects/sqlite.js';
import { valueKinds } from '../values.js';
import { Helper } from './helper.js';
import { type Figure, measuredByTurns, ratioOf, type Scenario } from './scenario.js';

const KEYS = 500;
const COUNTS = [1, 2, 4];
const QUICK_COUNTS = [1, 2];
const PROGRAM = new URL('./processes-helper.js', import.meta.url);

/** Those that several processes can read at the same time. */
const subjects = [...filesystemCaches.slice(0, 2), rawFiles, lmdb, nodeSqlite];

/** What processes that read one store get done together. */
export const processes: Scenario = {
  name: 'processes',
  title: 'reads a second of one store, all processes together, 536 B; ratios to one process',
  axes: { x: 'processes', y: 'reads a second' },
  async run(directory, isQuick): Promise<readonly Figure[]> {
    const figures: Figure[] = [];
    for (const subject of subjects) {
      if ((await unavailability(subject)) === undefined) figures.push(...(await measured(subject, directory, isQuick)));
    }
    return figures;
  },
};

async function measured(subject: Subject, directory: string, isQuick: boolean): Promise<readonly Figure[]> {
  const store = mkdtempSync(join(directory, 'store-'));
  await fill(subject, store);
  const counts = isQuick ? QUICK_COUNTS : COUNTS;
  const readers = Array.from(
    { length: Math.max(...counts) },
    () => new Helper(PROGRAM, [subject.name, store, `${KEYS}`]),
  );
  try {
    // Long enough for entries to be kept in memory, and compiled code.
    const warmUpMs = isQuick ? 100 : (subject.restMs ?? 0) + 500;
    await Promise.all(readers.map((reader) => reader.ask(warmUpMs)));
    const durationMs = isQuick ? 50 : 300;
    const lanes = counts.map((count) => async () => {
      const reads = await Promise.all(readers.slice(0, count).map((reader) => reader.ask(durationMs)));
      return (reads.reduce((sum, each) => sum + each, 0) * 1_000) / durationMs;
    });
    const rates = await measuredByTurns(lanes, isQuick ? 1 : 7);
    const [one = []] = rates;
    return counts.map((count, index) => ({
      what: `${subject.name}, ${count === 1 ? 'one process' : `${count} processes`}`,
      measured: summarize(rates[index] ?? []),
      unit: '1/s',
      ratio: ratioOf(rates[index] ?? [], one),
      point: { chart: 'Reads of one store, by the number of processes', line: subject.name, x: count },
    }));
  } finally {
    await Promise.all(readers.map((reader) => reader.end()));
  }
}

async function fill(subject: Subject, directory: string): Promise<void> {
  const session = await subject.open({ directory, holdsBytes: false });
  const value = valueKinds[0]?.create() ?? {};
  for (let index = 0; index < KEYS; index++) await session.set(`key-${index}`, value);
  await session.close();
}
