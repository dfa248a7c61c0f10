import type { Session, Subject, Value } from '../subject.js';

/** The fastest store on disk with a JavaScript interface: a memory-mapped B+ tree, values decoded by msgpackr. */
export const lmdb: Subject = {
  name: 'lmdb',
  gives: {
    isolation: 'copied',
    keeps: 'a database',
    isPersistent: true,
    afterCrash: 'whole values',
    crossProcess: 'transactions',
    hasChecksums: false,
    hasExpiry: false,
    limits: 'none',
    computesOnce: 'no',
    holds: 'JSON, bytes, Date, Map',
  },
  needs: 'lmdb',
  isSynchronous: false,
  open: async ({ directory }): Promise<Session> => {
    const { open: openDatabase } = await import('lmdb');
    const database = openDatabase<Value, string>({ path: directory });
    return {
      get: (key) => database.get(key),
      miss: (key) => database.get(key),
      set: (key, value) => database.put(key, value),
      delete: (key) => database.remove(key),
      getOrSet: async (key, factory) => {
        const found = database.get(key);
        if (found !== undefined) return found;
        const value = factory();
        await database.put(key, value);
        return value;
      },
      close: () => database.close(),
    };
  },
};
