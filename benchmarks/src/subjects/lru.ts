import { LRUCache } from 'lru-cache';
import type { Gives, Session, Subject, Value } from '../subject.js';

/** Above what any run stores, so that nothing is evicted. */
export const MEMORY_MAX_ENTRIES = 100_000;

const gives: Gives = {
  isolation: 'shared',
  keeps: 'memory',
  isPersistent: false,
  afterCrash: 'nothing',
  crossProcess: 'none',
  hasChecksums: false,
  hasExpiry: true,
  limits: 'entries and bytes',
  computesOnce: 'no',
  holds: 'JSON, bytes, Date, Map',
};

/** The engine itself, called as a function. */
export const lruCache: Subject = {
  name: 'lru-cache',
  gives,
  isSynchronous: true,
  open: (): Session => {
    const cache = new LRUCache<string, Value>({ max: MEMORY_MAX_ENTRIES });
    return {
      get: (key) => cache.get(key),
      miss: (key) => cache.get(key),
      set: (key, value) => {
        cache.set(key, value);
        return true;
      },
      delete: (key) => cache.delete(key),
      getOrSet: (key, factory) => {
        const found = cache.get(key);
        if (found !== undefined) return found;
        const value = factory();
        cache.set(key, value);
        return value;
      },
      close: () => cache.clear(),
    };
  },
};

/** The same behind async functions: the least that a cache with an asynchronous interface costs. */
export const awaitedLruCache: Subject = {
  name: 'lru-cache, awaited',
  gives,
  isSynchronous: false,
  open: (): Session => {
    const cache = new LRUCache<string, Value>({ max: MEMORY_MAX_ENTRIES });
    return {
      get: async (key) => cache.get(key),
      miss: async (key) => cache.get(key),
      set: async (key, value) => {
        cache.set(key, value);
        return true;
      },
      delete: async (key) => cache.delete(key),
      getOrSet: async (key, factory) => {
        const found = cache.get(key);
        if (found !== undefined) return found;
        const value = factory();
        cache.set(key, value);
        return value;
      },
      close: () => cache.clear(),
    };
  },
};
