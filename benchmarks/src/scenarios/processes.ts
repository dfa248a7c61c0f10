import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createFilesystemCache } from '@glovebox/cache-fs';
import { valueKinds } from '../values.js';
import { type Figure, median, type Scenario } from './scenario.js';

const KEYS = 500;
const MAX_PROCESSES = 4;
const READER = new URL('./read-for-a-while.js', import.meta.url);

/** What processes that read one store get done together. */
export const processes: Scenario = {
  name: 'processes',
  title: 'reads a second of one store of cache-fs, all processes together, 536 B; ratios to one process',
  async run(directory, isQuick): Promise<readonly Figure[]> {
    const cache = createFilesystemCache({ cacheRoot: directory });
    const value = valueKinds[0]?.create();
    for (let index = 0; index < KEYS; index++) await cache.set(`key-${index}`, value);
    await cache.close();
    const readers = Array.from({ length: MAX_PROCESSES }, () => fork(READER, [directory, `${KEYS}`]));
    try {
      // Long enough for entries to be kept in memory, and compiled code.
      const warmUpMs = isQuick ? 200 : 3_000;
      await Promise.all(readers.map((reader) => readFor(reader, warmUpMs)));
      const counts = [1, 2, MAX_PROCESSES];
      const throughput = counts.map((): number[] => []);
      for (let round = 0; round < (isQuick ? 1 : 5); round++) {
        for (const [index, count] of counts.entries()) {
          const durationMs = isQuick ? 100 : 800;
          const reads = await Promise.all(readers.slice(0, count).map((reader) => readFor(reader, durationMs)));
          throughput[index]?.push((reads.reduce((sum, each) => sum + each, 0) * 1_000) / durationMs);
        }
      }
      const one = median(throughput[0] ?? []);
      return throughput.map((rates, index) => ({
        what: `${counts[index]} processes`,
        value: median(rates),
        unit: '1/s',
        ratio: median(rates) / one,
      }));
    } finally {
      for (const reader of readers) reader.disconnect();
      await Promise.all(readers.map(async (reader) => reader.exitCode ?? (await once(reader, 'exit'))));
    }
  },
};

async function readFor(reader: ChildProcess, durationMs: number): Promise<number> {
  const answer = once(reader, 'message');
  reader.send(durationMs);
  const [reads] = await answer;
  return Number(reads);
}
