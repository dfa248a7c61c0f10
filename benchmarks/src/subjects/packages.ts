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

/** cache-memory, its counters and its policy at work: each isolation, and each policy in the one that hides least of it. */
export const memoryCaches: readonly Subject[] = [
  ...isolations.map((isolation) => memoryCache('lru', isolation)),
  ...EVICTION_POLICIES.filter((policy) => policy !== 'lru').map((policy) => memoryCache(policy, 'reference')),
];

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
    isOurs: true,
    // What a policy costs does not depend on the values.
    isForFirstKind: evictionPolicy !== 'lru',
    gives: {
      isolation: given[isolation],
      keeps: 'memory',
      isPersistent: false,
      afterCrash: 'nothing',
      crossProcess: 'none',
      hasChecksums: false,
      hasExpiry: true,
      limits: 'entries and bytes',
      computesOnce: 'in a process',
      holds: 'JSON, bytes, Date, Map',
    },
    isSynchronous: false,
    open: () => sessionOf(createMemoryCache({ evictionPolicy, isolation, maxEntries: MEMORY_MAX_ENTRIES })),
  };
}

function filesystemCache(name: string, options: FilesystemCacheOptions): Subject {
  return {
    name,
    isOurs: true,
    gives: {
      isolation: 'copied',
      keeps: 'a file an entry',
      isPersistent: true,
      afterCrash: 'whole values',
      crossProcess: 'whole values, locks, exact statistics',
      hasChecksums: true,
      hasExpiry: true,
      limits: 'entries and bytes',
      computesOnce: 'in all processes',
      holds: 'JSON, bytes, Date, Map',
    },
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
