import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CacheManager } from '@glovebox/cache-core';
import { createFilesystemCache } from '@glovebox/cache-fs';
import { createMemoryCache } from '@glovebox/cache-memory';
import { summarize } from '../statistics.js';
import { valueKinds } from '../values.js';
import { byTurns, type Figure, type Lane, ratioOf, type Scenario } from './scenario.js';

/** What a request over a network takes. */
const FACTORY_MS = 50;
const value = valueKinds[0]?.create();

/** A key that everybody wants and nobody has computed. */
export const stampede: Scenario = {
  name: 'stampede',
  title: `1,000 concurrent getOrSet of one cold key, factory that waits ${FACTORY_MS} ms, 536 B; ratios to the factory alone`,
  async run(directory, isQuick): Promise<readonly Figure[]> {
    const callers = 1_000;
    const fs = createFilesystemCache({ cacheRoot: join(directory, 'cache') });
    const memory = createMemoryCache();
    let runs = 0;
    const factory = async () => {
      runs++;
      await delay(FACTORY_MS);
      return value;
    };
    try {
      const lanes: readonly Lane[] = [
        async () => void (await factory()),
        ...[memory, fs].map((cache: CacheManager) => async () => {
          const key = `key-${runs}`;
          const runsBefore = runs;
          const calls = Array.from({ length: callers }, () => cache.getOrSet(key, factory));
          for (const found of await Promise.all(calls))
            if (found === undefined) throw new Error('a caller got nothing');
          if (runs !== runsBefore + 1) throw new Error('the factory ran more than once');
        }),
      ];
      await byTurns(lanes, isQuick ? 1 : 5);
      const times = await byTurns(lanes, isQuick ? 3 : 25);
      const [alone = []] = times;
      return ['the factory alone', '1,000 callers, cache-memory', '1,000 callers, cache-fs'].map((what, index) => ({
        what,
        measured: summarize(times[index] ?? []),
        unit: 'ms',
        ratio: ratioOf(times[index] ?? [], alone),
      }));
    } finally {
      await Promise.all([fs.close(), memory.close()]);
    }
  },
};
