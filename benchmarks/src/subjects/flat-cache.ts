import type { Session, Subject } from '../subject.js';

/**
 * All entries in memory, and in one file that each `save` writes anew. A `set` here is one that is kept: it saves. The
 * serializer is JSON, which its documentation offers instead of the slower flatted.
 */
export const flatCache: Subject = {
  name: 'flat-cache',
  gives: {
    isolation: 'copied on read',
    keeps: 'one file',
    isPersistent: true,
    afterCrash: 'cut values',
    crossProcess: 'nothing: the last save wins',
    hasChecksums: false,
    hasExpiry: true,
    limits: 'entries',
    computesOnce: 'no',
    holds: 'JSON',
  },
  needs: 'flat-cache',
  isSynchronous: true,
  open: async ({ directory }): Promise<Session> => {
    const { FlatCache } = await import('flat-cache');
    const cache = new FlatCache({ cacheDir: directory, serialize: JSON.stringify, deserialize: JSON.parse });
    cache.load();
    const get = (key: string): unknown => cache.get(key);
    const set = (key: string, value: object) => {
      cache.set(key, value);
      cache.save();
      return true;
    };
    return {
      get,
      miss: get,
      set,
      delete: (key) => {
        cache.delete(key);
        cache.save();
        return true;
      },
      getOrSet: (key, factory) => {
        const found = get(key);
        if (found !== undefined) return found;
        const value = factory();
        set(key, value);
        return value;
      },
      fill: (keys, value) => {
        for (const key of keys) cache.set(key, value);
        cache.save();
      },
      close: () => undefined,
    };
  },
};
