import { join } from 'node:path';
import type { EvictionPolicy } from '@glovebox/cache-core';
import { createFilesystemCache } from '@glovebox/cache-fs';
import { valueKinds } from '../values.js';
import { byTurns, type Figure, median, medianRatio, type Scenario } from './scenario.js';

const policies: readonly EvictionPolicy[] = ['lru', 'lfu', 'fifo'];
const value = valueKinds[0]?.create();

/** New keys in a store that is full, so that each has to push one out, against a store that never is. */
export const atLimit: Scenario = {
  name: 'at the limit',
  title: 'set of new keys at maxEntries 1,000, each policy of cache-fs, 536 B; ratios to a store below its limit',
  async run(directory, isQuick): Promise<readonly Figure[]> {
    const limit = isQuick ? 100 : 1_000;
    // Twice what one eviction removes: every sample holds as many evictions as it should.
    const sets = limit / 5;
    const open = (name: string, evictionPolicy: EvictionPolicy, maxEntries: number) =>
      createFilesystemCache({
        cacheRoot: join(directory, name),
        evictionPolicy,
        maxEntries,
        cleanupIntervalSeconds: null,
      });
    const caches = [open('below', 'lru', 1_000_000), ...policies.map((policy) => open(policy, policy, limit))];
    let sequence = 0;
    const lanes = caches.map((cache) => async () => {
      for (let set = 0; set < sets; set++) {
        if (!(await cache.set(`key-${sequence++}`, value))) throw new Error('a set was refused');
      }
    });
    try {
      for (const lane of lanes) for (let filled = 0; filled < limit; filled += sets) await lane();
      const times = await byTurns(lanes, isQuick ? 3 : 25);
      for (const cache of caches.slice(1)) {
        if ((await cache.getStats()).evictionCount === 0) throw new Error('nothing was evicted');
      }
      const [below = []] = times;
      return times.map((samples, index) => ({
        what: index === 0 ? 'set, below the limit' : `set, ${policies[index - 1]} at the limit`,
        value: (median(samples) * 1_000) / sets,
        unit: 'µs',
        ratio: medianRatio(samples, below),
      }));
    } finally {
      for (const cache of caches) await cache.close();
    }
  },
};
