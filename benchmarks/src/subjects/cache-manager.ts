import type { Session, Subject } from '../subject.js';

/** As it comes: one store, a Map in memory. */
export const cacheManager: Subject = {
  name: 'cache-manager',
  gives: {
    isolation: 'shared',
    keeps: 'memory',
    isPersistent: false,
    afterCrash: 'nothing',
    crossProcess: 'none',
    hasChecksums: false,
    hasExpiry: true,
    limits: 'none',
    computesOnce: 'in a process',
    holds: 'JSON, bytes, Date, Map',
  },
  needs: 'cache-manager',
  isSynchronous: false,
  open: async (): Promise<Session> => {
    const { createCache } = await import('cache-manager');
    const cache = createCache();
    const get = (key: string) => cache.get(key);
    return {
      get,
      miss: get,
      set: async (key, value) => {
        await cache.set(key, value);
        return true;
      },
      delete: (key) => cache.del(key),
      getOrSet: (key, factory) => cache.wrap(key, factory),
      close: async () => void (await cache.disconnect()),
    };
  },
};
