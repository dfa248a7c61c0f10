import { join } from 'node:path';
import { EVICTION_POLICIES, type EvictionPolicy } from '@glovebox/cache-core';
import { createFilesystemCache } from '@glovebox/cache-fs';
import { valueKinds } from '../values.js';
import { byTurns, type Figure, microseconds, ratioOf, type Scenario } from './scenario.js';

const value = valueKinds[0]?.create();

/** New keys in a store that is full, so that each has to push one out, against a store that never is. */
export const atLimit: Scenario = {
  name: 'at the limit',
  title:
    'set of new keys at maxEntries 1,000, each policy of cache-fs, 536 B; ratios to a store below its limit (ttl refuses: nothing has expired)',
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
    const stores = [
      { what: 'set, below the limit', policy: 'lru' as const, cache: open('below', 'lru', 1_000_000) },
      ...EVICTION_POLICIES.map((policy) => ({
        what: `set, ${policy} at the limit`,
        policy,
        cache: open(policy, policy, limit),
      })),
    ];
    let sequence = 0;
    const lanes = stores.map(({ policy, cache }) => async () => {
      for (let set = 0; set < sets; set++) {
        if (!(await cache.set(`key-${sequence++}`, value)) && policy !== 'ttl') throw new Error('a set was refused');
      }
    });
    try {
      for (const lane of lanes) for (let filled = 0; filled < limit; filled += sets) await lane();
      const times = await byTurns(lanes, isQuick ? 3 : 25);
      for (const { policy, cache } of stores.slice(1)) {
        const { evictionCount, totalEntries } = await cache.getStats();
        if (policy === 'ttl' ? totalEntries !== limit : evictionCount === 0) throw new Error('nothing was evicted');
      }
      const [below = []] = times;
      return times.map((samples, index) => ({
        what: stores[index]?.what ?? '',
        measured: microseconds(samples, sets),
        unit: 'µs',
        ratio: ratioOf(samples, below),
      }));
    } finally {
      for (const { cache } of stores) await cache.close();
    }
  },
};
