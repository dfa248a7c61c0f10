import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFilesystemCache, type FilesystemCache } from '@glovebox/cache-fs';
import { valueKinds } from '../values.js';
import { byTurns, type Figure, microseconds, ratioOf, type Scenario } from './scenario.js';

const OPERATIONS = 100;
const value = valueKinds[0]?.create();

/**
 * A store by the number of its entries: from disk, where the file system has to find one name among many. Beside it raw
 * files, as many in one folder: what of the difference is the file system's.
 */
export const manyEntries: Scenario = {
  name: 'many entries',
  title: 'get and set of cache-fs without memory for hot entries and of raw files, 536 B; ratios to the smallest store',
  axes: { x: 'entries in the store', y: 'µs' },
  async run(directory, isQuick): Promise<readonly Figure[]> {
    const counts = isQuick ? [100, 1_000] : [1_000, 10_000, 100_000];
    const caches: FilesystemCache[] = [];
    try {
      for (const count of counts) caches.push(await filled(join(directory, `${count}`), count));
      const folders = counts.map((count) => filledFolder(join(directory, `raw-${count}`), count));
      const lanes = (operation: (index: number, key: string) => Promise<boolean>) =>
        counts.map((count, index) => throughKeys(count, (key) => operation(index, key)));
      const rounds = isQuick ? { get: 20, set: 5 } : { get: 200, set: 40 };
      return [
        ...(await measured(
          'get',
          counts,
          lanes(async (index, key) => (await caches[index]?.get(key)) !== undefined),
          rounds.get,
        )),
        ...(await measured(
          'raw read and parse',
          counts,
          lanes(async (index, key) => JSON.parse(readFileSync(`${folders[index]}/${key}`, 'utf8')) !== undefined),
          rounds.get,
        )),
        ...(await measured(
          'set replace',
          counts,
          lanes(async (index, key) => (await caches[index]?.set(key, value)) === true),
          rounds.set,
        )),
        ...(await measured(
          'raw write and rename',
          counts,
          lanes(async (index, key) => replaceFile(`${folders[index]}`, key)),
          rounds.set,
        )),
      ];
    } finally {
      for (const cache of caches) await cache.close();
    }
  },
};

async function measured(
  operation: string,
  counts: readonly number[],
  lanes: readonly (() => Promise<void>)[],
  rounds: number,
): Promise<readonly Figure[]> {
  await byTurns(lanes, rounds / 5);
  const times = await byTurns(lanes, rounds);
  const [fewest = []] = times;
  return counts.map((count, index) => ({
    what: `${operation}, ${count.toLocaleString('en-US')} entries`,
    measured: microseconds(times[index] ?? [], OPERATIONS),
    unit: 'µs',
    ratio: ratioOf(times[index] ?? [], fewest),
    point: { chart: 'cache-fs from disk, by the number of entries', line: operation, x: count },
  }));
}

function throughKeys(count: number, operation: (key: string) => Promise<boolean>): () => Promise<void> {
  let position = 0;
  return async () => {
    for (let done = 0; done < OPERATIONS; done++) {
      // A step without a common divisor goes through all keys, neighbours far apart.
      position = (position + 7_919) % count;
      if (!(await operation(`key-${position}`))) throw new Error('an operation on a stored entry failed');
    }
  };
}

async function filled(cacheRoot: string, count: number): Promise<FilesystemCache> {
  const cache = createFilesystemCache({ cacheRoot, hotBytes: 0, cleanupIntervalSeconds: null });
  for (let index = 0; index < count; index++) await cache.set(`key-${index}`, value);
  return cache;
}

function filledFolder(folder: string, count: number): string {
  mkdirSync(folder);
  const text = JSON.stringify(value);
  for (let index = 0; index < count; index++) writeFileSync(`${folder}/key-${index}`, text);
  return folder;
}

function replaceFile(folder: string, key: string): boolean {
  const staging = `${folder}/staging`;
  writeFileSync(staging, JSON.stringify(value));
  renameSync(staging, `${folder}/${key}`);
  return true;
}
