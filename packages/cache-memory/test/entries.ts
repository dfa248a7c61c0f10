import { expiryOf } from '@glovebox/cache-core';
import { codecFor } from '../src/isolation.js';
import { MemoryEntry } from '../src/memory-entry.js';

/** An entry as the cache would make it, for units below the cache. */
export function makeEntry(
  key: string,
  { createdAt = 0, ttlSeconds = null as number | null, accessCount = 0, payload = 'x' as unknown } = {},
): MemoryEntry {
  const written = {
    payload,
    sizeBytes: 1,
    createdAt,
    ttlSeconds,
    expiresAt: expiryOf(createdAt, ttlSeconds),
    tags: [],
    accessCount: 0,
    lastAccessedAt: createdAt,
  };
  return new MemoryEntry(key, written, accessCount, codecFor('reference'));
}
