import type { Session, Subject } from '../subject.js';

/** As it comes: one layer in memory. */
export const cacheable: Subject = {
  name: 'cacheable',
  gives: {
    isolation: 'copied on read',
    keeps: 'memory',
    isPersistent: false,
    afterCrash: 'nothing',
    crossProcess: 'none',
    hasChecksums: false,
    hasExpiry: true,
    limits: 'entries',
    computesOnce: 'in a process',
    holds: 'JSON, bytes, Date, Map',
  },
  needs: 'cacheable',
  isSynchronous: false,
  open: async (): Promise<Session> => {
    const { Cacheable } = await import('cacheable');
    const cache = new Cacheable();
    const get = (key: string) => cache.get(key);
    return {
      get,
      miss: get,
      set: (key, value) => cache.set(key, value),
      delete: (key) => cache.delete(key),
      getOrSet: (key, factory) => cache.getOrSet(key, async () => factory()),
      close: () => cache.disconnect(),
    };
  },
};
