import type { EvictionPolicy } from '@glovebox/cache-core';
import { createMemoryCache } from '@glovebox/cache-memory';
import type { Trace } from './trace.js';

/**
 * Share of the requests, in percent, that hit in a real memory cache under a policy: each miss is followed by a `set`.
 * @param capacity entries held at most, or bytes where the trace has sizes
 */
export async function replay(trace: Trace, policy: EvictionPolicy, capacity: number): Promise<number> {
  const largest = trace.requests.reduce((size, { sizeBytes }) => Math.max(size, sizeBytes), 1);
  // Parts of one buffer: a cache that keeps references does not mind, and nothing has to be filled.
  const bytes = new Uint8Array(trace.hasSizes ? largest : 1);
  await using cache = createMemoryCache({
    evictionPolicy: policy,
    isolation: 'reference',
    cleanupIntervalSeconds: 0,
    ...(trace.hasSizes ? { maxSizeBytes: capacity } : { maxEntries: capacity }),
  });
  let hits = 0;
  for (const { key, sizeBytes } of trace.requests) {
    if ((await cache.get(key)) !== undefined) hits++;
    else await cache.set(key, trace.hasSizes ? bytes.subarray(0, sizeBytes) : 1);
  }
  return (100 * hits) / trace.requests.length;
}
