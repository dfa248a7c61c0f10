import { EVICTION_POLICIES } from '@glovebox/cache-core';
import { summarize } from '../statistics.js';
import { Helper } from './helper.js';
import { type Figure, measuredByTurns, ratioOf, type Scenario } from './scenario.js';

const PROGRAM = new URL('./full-memory-helper.js', import.meta.url);

/** lru-cache and a Map alone show what the machine's memory makes of it: what is not in the processor's caches takes longer. */
const LINES = [...EVICTION_POLICIES, 'lru-cache', 'Map'];
const QUICK_LINES = ['lru', 'ttl', 'lru-cache', 'Map'];

/** New keys in a memory cache that is full, by its size: each has to push one out, and the policy to find it. */
export const fullMemory: Scenario = {
  name: 'full memory',
  title:
    'set of new keys in a full cache-memory by reference, each policy, and in lru-cache and a Map alone; ratios to the smallest cache (ttl refuses: nothing has expired)',
  axes: { x: 'entries in the cache', y: 'µs' },
  async run(_directory, isQuick): Promise<readonly Figure[]> {
    const limits = isQuick ? [100, 1_000] : [1_000, 10_000, 100_000, 1_000_000];
    const figures: Figure[] = [];
    for (const line of isQuick ? QUICK_LINES : LINES) {
      const helpers = limits.map((limit) => new Helper(PROGRAM, [line, `${limit}`]));
      try {
        // Filled at once: nothing is timed yet.
        await Promise.all(helpers.map((helper) => helper.ask(isQuick ? 1 : 20)));
        const times = await measuredByTurns(
          helpers.map((helper) => () => helper.ask(1)),
          isQuick ? 3 : 41,
        );
        const [smallest = []] = times;
        for (const [index, limit] of limits.entries()) {
          figures.push({
            what: `set, ${line}, ${limit.toLocaleString('en-US')} entries`,
            measured: summarize(times[index] ?? []),
            unit: 'µs',
            ratio: ratioOf(times[index] ?? [], smallest),
            point: { chart: 'set in a full cache-memory, by its size', line, x: limit },
          });
        }
      } finally {
        await Promise.all(helpers.map((helper) => helper.end()));
      }
    }
    return figures;
  },
};
