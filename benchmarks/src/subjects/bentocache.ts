import type { CacheProvider } from 'bentocache/types';
import type { Session, Subject } from '../subject.js';
import { MEMORY_MAX_ENTRIES } from './lru.js';

/** Its file driver, alone: without a layer in memory before it. */
export const bentocacheFile: Subject = {
  name: 'bentocache file',
  gives: {
    isolation: 'copied',
    keeps: 'a file an entry',
    isPersistent: true,
    afterCrash: 'cut values',
    crossProcess: 'nothing: files are written in place',
    hasChecksums: false,
    hasExpiry: true,
    limits: 'none',
    computesOnce: 'in a process',
    holds: 'JSON',
  },
  needs: 'bentocache',
  isSynchronous: false,
  open: async ({ directory }): Promise<Session> => {
    const { BentoCache, bentostore } = await import('bentocache');
    const { fileDriver } = await import('bentocache/drivers/file');
    const store = bentostore().useL2Layer(fileDriver({ directory, pruneInterval: '1h' }));
    return sessionOf(new BentoCache({ default: 'store', ttl: null, stores: { store } }));
  },
};

/** Its memory driver as it comes, which serializes values. */
export const bentocacheMemory: Subject = {
  name: 'bentocache memory',
  gives: {
    isolation: 'copied',
    keeps: 'memory',
    isPersistent: false,
    afterCrash: 'nothing',
    crossProcess: 'none',
    hasChecksums: false,
    hasExpiry: true,
    limits: 'entries and bytes',
    computesOnce: 'in a process',
    holds: 'JSON',
  },
  needs: 'bentocache',
  isSynchronous: false,
  open: async (): Promise<Session> => {
    const { BentoCache, bentostore } = await import('bentocache');
    const { memoryDriver } = await import('bentocache/drivers/memory');
    const store = bentostore().useL1Layer(memoryDriver({ maxItems: MEMORY_MAX_ENTRIES }));
    return sessionOf(new BentoCache({ default: 'store', ttl: null, stores: { store } }));
  },
};

function sessionOf(cache: CacheProvider): Session {
  const get = (key: string) => cache.get({ key });
  return {
    get,
    miss: get,
    set: (key, value) => cache.set({ key, value }),
    delete: (key) => cache.delete({ key }),
    getOrSet: (key, factory) => cache.getOrSet({ key, factory }),
    close: () => cache.disconnect(),
  };
}
