import type { Session, Subject } from '../subject.js';
import { lookAside } from './codec.js';

export const fileSystemCache: Subject = {
  name: 'file-system-cache',
  gives: {
    isolation: 'copied',
    keeps: 'a file an entry',
    isPersistent: true,
    afterCrash: 'cut values',
    crossProcess: 'nothing: files are written in place',
    hasChecksums: false,
    hasExpiry: true,
    limits: 'none',
    computesOnce: 'no',
    holds: 'JSON',
  },
  needs: 'file-system-cache',
  isSynchronous: false,
  open: async ({ directory }): Promise<Session> => {
    const { FileSystemCache } = await import('file-system-cache');
    const cache = new FileSystemCache({ basePath: directory });
    const get = (key: string): Promise<unknown> => cache.get(key);
    const set = async (key: string, value: object) => {
      await cache.set(key, value);
      return true;
    };
    return {
      get,
      miss: get,
      set,
      delete: async (key) => {
        await cache.remove(key);
        return true;
      },
      getOrSet: lookAside({ get, set }),
      close: () => undefined,
    };
  },
};
