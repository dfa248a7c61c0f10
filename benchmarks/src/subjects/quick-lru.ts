import type { Session, Subject, Value } from '../subject.js';
import { MEMORY_MAX_ENTRIES } from './lru.js';

export const quickLru: Subject = {
  name: 'quick-lru',
  gives: {
    isolation: 'shared',
    keeps: 'memory',
    isPersistent: false,
    afterCrash: 'nothing',
    crossProcess: 'none',
    hasChecksums: false,
    hasExpiry: true,
    limits: 'entries',
    computesOnce: 'no',
    holds: 'JSON, bytes, Date, Map',
  },
  needs: 'quick-lru',
  isSynchronous: true,
  open: async (): Promise<Session> => {
    const { default: QuickLRU } = await import('quick-lru');
    const cache = new QuickLRU<string, Value>({ maxSize: MEMORY_MAX_ENTRIES });
    const get = (key: string) => cache.get(key);
    return {
      get,
      miss: get,
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
