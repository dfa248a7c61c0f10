import { join } from 'node:path';
import { createFilesystemCache, type FilesystemCache } from '@glovebox/cache-fs';
import { valueKinds } from '../values.js';
import { byTurns, type Figure, median, medianRatio, type Scenario } from './scenario.js';

const READS = 100;
const value = valueKinds[0]?.create();

/** A store's `get` by the number of its entries: from disk, where the file system has to find one name among many. */
export const manyEntries: Scenario = {
  name: 'many entries',
  title: 'get of cache-fs without memory for hot entries, 536 B; ratios to the smaller store',
  async run(directory, isQuick): Promise<readonly Figure[]> {
    const counts = isQuick ? [100, 1_000] : [1_000, 100_000];
    const caches: FilesystemCache[] = [];
    try {
      for (const count of counts) caches.push(await filled(join(directory, `${count}`), count));
      const lanes = caches.map((cache, index) => {
        const count = counts[index] ?? 1;
        let position = 0;
        return async () => {
          for (let read = 0; read < READS; read++) {
            // A step without a common divisor goes through all keys, neighbours far apart.
            position = (position + 7_919) % count;
            if ((await cache.get(`key-${position}`)) === undefined) throw new Error('a stored entry is missing');
          }
        };
      });
      await byTurns(lanes, 20);
      const [few = [], lots = []] = await byTurns(lanes, isQuick ? 20 : 200);
      return [few, lots].map((times, index) => ({
        what: `get, ${(counts[index] ?? 0).toLocaleString('en-US')} entries`,
        value: (median(times) * 1_000) / READS,
        unit: 'µs',
        ratio: medianRatio(times, few),
      }));
    } finally {
      for (const cache of caches) await cache.close();
    }
  },
};

async function filled(cacheRoot: string, count: number): Promise<FilesystemCache> {
  const cache = createFilesystemCache({ cacheRoot, hotBytes: 0, cleanupIntervalSeconds: null });
  for (let index = 0; index < count; index++) await cache.set(`key-${index}`, value);
  return cache;
}
