/** A process of the scenario "full memory": told a number of batches, it sets so many and tells the last one's µs a set. */
import { EVICTION_POLICIES } from '@glovebox/cache-core';
import { createMemoryCache } from '@glovebox/cache-memory';
import { answerNumbers } from './helper.js';

const BATCH = 1_000;
const [policy, limit] = process.argv.slice(2);
const maxEntries = Number(limit);
const evictionPolicy = EVICTION_POLICIES.find((name) => name === policy);
if (evictionPolicy === undefined) throw new Error(`there is no policy ${policy}`);

const cache = createMemoryCache({ evictionPolicy, isolation: 'reference', maxEntries, cleanupIntervalSeconds: null });
const value = { title: 'QWERTY' };
let sequence = 0;
for (; sequence < maxEntries; sequence++) await cache.set(`key-${sequence}`, value);

answerNumbers(async (batches) => {
  let microseconds = 0;
  for (let batch = 0; batch < batches; batch++) microseconds = await setBatch();
  return microseconds;
});

async function setBatch(): Promise<number> {
  // Made before the clock starts.
  const keys = Array.from({ length: BATCH }, () => `key-${sequence++}`);
  let stored = 0;
  const startedAt = performance.now();
  for (const key of keys) if (await cache.set(key, value)) stored++;
  const elapsedMs = performance.now() - startedAt;
  if (stored !== (evictionPolicy === 'ttl' ? 0 : BATCH)) throw new Error(`${stored} of ${BATCH} sets were accepted`);
  return (elapsedMs * 1_000) / BATCH;
}
