import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ManualClock } from '@glovebox/cache-core';
import { createFilesystemCache, type FilesystemCache } from '@glovebox/cache-fs';
import { type Figure, type Scenario, single } from './scenario.js';

const RESOLUTION_MS = 1;
const MOST_PASSES = 10;

/** How long a cleanup keeps the event loop from its other work. */
export const cleanup: Scenario = {
  name: 'cleanup',
  title: 'event loop delay while expired entries of cache-fs are cleaned up, 20 B each',
  async run(directory, isQuick): Promise<readonly Figure[]> {
    const entries = isQuick ? 500 : 100_000;
    const clock = new ManualClock();
    const cache = createFilesystemCache({
      cacheRoot: directory,
      clock,
      defaultTtl: '5m',
      cleanupIntervalSeconds: null,
    });
    try {
      for (let index = 0; index < entries; index++) {
        if (!(await cache.set(`key-${index}`, 'twenty bytes of text'))) throw new Error('a set was refused');
      }
      clock.advance(3_600_000);
      const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      delays.enable();
      const startedAt = performance.now();
      const removed = await cleanedUp(cache, entries);
      const tookMs = performance.now() - startedAt;
      delays.disable();
      if (removed !== entries) throw new Error(`${removed} of ${entries} expired entries were removed`);
      // What is recorded is the time between two looks, which is meant to be the resolution.
      const toMs = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
      return [
        {
          what: `cleanup of ${entries.toLocaleString('en-US')}`,
          measured: single(tookMs),
          unit: 'ms',
          ratio: undefined,
        },
        { what: 'delay, median', measured: single(toMs(delays.percentile(50))), unit: 'ms', ratio: undefined },
        { what: 'delay, 99th percentile', measured: single(toMs(delays.percentile(99))), unit: 'ms', ratio: undefined },
        { what: 'delay, longest', measured: single(toMs(delays.max)), unit: 'ms', ratio: undefined },
      ];
    } finally {
      await cache.close();
    }
  },
};

/** A cleanup that is kept from its work for long, as on a busy machine, leaves some to the next one. */
async function cleanedUp(cache: FilesystemCache, entries: number): Promise<number> {
  let removed = 0;
  for (let pass = 0; pass < MOST_PASSES && removed < entries; pass++) removed += await cache.cleanup();
  return removed;
}
