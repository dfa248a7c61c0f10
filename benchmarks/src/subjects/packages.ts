import { type CacheManager, EVICTION_POLICIES, type EvictionPolicy, type Isolation } from '@glovebox/cache-core';
import { createFilesystemCache, type FilesystemCacheOptions } from '@glovebox/cache-fs';
import { createMemoryCache } from '@glovebox/cache-memory';
import type { Gives, Session, Subject } from '../subject.js';
import { MEMORY_MAX_ENTRIES } from './lru.js';

const given: Readonly<Record<Isolation, Gives['isolation']>> = {
  clone: 'copied',
  freeze: 'frozen',
  reference: 'shared',
};
const isolations: readonly Isolation[] = ['clone', 'freeze', 'reference'];

/** cache-memory with each policy in each isolation, its counters and its policy at work. */
export const memoryCaches: readonly Subject[] = isolations.flatMap((isolation) =>
  EVICTION_POLICIES.map((policy) => memoryCache(policy, isolation)),
);

/** Longer than an entry must be old before cache-fs keeps it in memory. */
const HOT_AFTER_MS = 2_500;

/**
 * cache-fs as it comes, which serves what was read before from memory; reading the disk each time; and with the limits that
 * a default cache has. Locking, statistics and checksums are on.
 */
export const filesystemCaches: readonly Subject[] = [
  filesystemCache('cache-fs', {}),
  filesystemCache('cache-fs, disk', { hotBytes: 0 }),
  filesystemCache('cache-fs, limits', { maxEntries: 10_000, maxSizeBytes: 500 * 1024 * 1024 }),
];

function memoryCache(evictionPolicy: EvictionPolicy, isolation: Isolation): Subject {
  return {
    name: `cache-memory ${evictionPolicy} ${isolation}`,
    gives: { isolation: given[isolation], isPersistent: false, crossProcess: 'none' },
    isSynchronous: false,
    open: () => sessionOf(createMemoryCache({ evictionPolicy, isolation, maxEntries: MEMORY_MAX_ENTRIES })),
  };
}

function filesystemCache(name: string, options: FilesystemCacheOptions): Subject {
  return {
    name,
    gives: { isolation: 'copied', isPersistent: true, crossProcess: 'whole values, locks, exact statistics' },
    isSynchronous: false,
    restMs: options.hotBytes === 0 ? 0 : HOT_AFTER_MS,
    open: ({ directory }) => sessionOf(createFilesystemCache({ ...options, cacheRoot: directory })),
  };
}

function sessionOf(cache: CacheManager): Session {
  return {
    get: (key) => cache.get(key),
    miss: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    delete: (key) => cache.delete(key),
    getOrSet: (key, factory) => cache.getOrSet(key, factory),
    close: () => cache.close(),
  };
}
