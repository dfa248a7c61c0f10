/** A process of the scenario "full memory": told a number of batches, it sets so many and tells the last one's µs a set. */
import { EVICTION_POLICIES } from '@glovebox/cache-core';
import { createMemoryCache } from '@glovebox/cache-memory';
import { LRUCache } from 'lru-cache';
import { answerNumbers } from './helper.js';

const BATCH = 1_000;
const [line, limit] = process.argv.slice(2);
const maxEntries = Number(limit);
const value = { title: 'QWERTY' };
const set = setterOf(line);
let sequence = 0;
for (; sequence < maxEntries; sequence++) await set(`key-${sequence}`);

answerNumbers(async (batches) => {
  let microseconds = 0;
  for (let batch = 0; batch < batches; batch++) microseconds = await setBatch();
  return microseconds;
});

/** `true` once the key is stored. */
function setterOf(name: string | undefined): (key: string) => Promise<boolean> {
  if (name === 'lru-cache') {
    const engine = new LRUCache<string, object>({ max: maxEntries });
    return async (key) => engine.set(key, value).has(key);
  }
  if (name === 'Map') return mapSetter();
  const evictionPolicy = EVICTION_POLICIES.find((policy) => policy === name);
  if (evictionPolicy === undefined) throw new Error(`there is no policy ${name}`);
  const cache = createMemoryCache({ evictionPolicy, isolation: 'reference', maxEntries, cleanupIntervalSeconds: null });
  return (key) => cache.set(key, value);
}

/** First in, first out: the least that a cache can do which has a Map inside. */
function mapSetter(): (key: string) => Promise<boolean> {
  const entries = new Map<string, object>();
  // One for the life of the map: a new one would step over every key that was removed at the front.
  const oldest = entries.keys();
  return async (key) => {
    if (entries.has(key)) return false;
    entries.set(key, value);
    if (entries.size > maxEntries) entries.delete(oldest.next().value ?? '');
    return true;
  };
}

async function setBatch(): Promise<number> {
  // Made before the clock starts.
  const keys = Array.from({ length: BATCH }, () => `key-${sequence++}`);
  let stored = 0;
  const startedAt = performance.now();
  for (const key of keys) if (await set(key)) stored++;
  const elapsedMs = performance.now() - startedAt;
  if (stored !== (line === 'ttl' ? 0 : BATCH)) throw new Error(`${stored} of ${BATCH} sets were accepted`);
  return (elapsedMs * 1_000) / BATCH;
}
