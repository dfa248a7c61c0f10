/** A process of the scenario "processes": told a number of milliseconds, it reads for so long and tells how often. */
import { once } from 'node:events';
import { createFilesystemCache } from '@glovebox/cache-fs';

const [cacheRoot, keys] = process.argv.slice(2);
const cache = createFilesystemCache({ cacheRoot });
process.on('message', (durationMs) => void readFor(Number(durationMs)));
await once(process, 'disconnect');
await cache.close();

async function readFor(durationMs: number): Promise<void> {
  const endAt = performance.now() + durationMs;
  let reads = 0;
  while (performance.now() < endAt) {
    if ((await cache.get(`key-${reads++ % Number(keys)}`)) === undefined) throw new Error('a stored entry is missing');
    // Reads from memory and page cache never wait: what runs beside them needs its turn.
    if (reads % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  process.send?.(reads);
}
