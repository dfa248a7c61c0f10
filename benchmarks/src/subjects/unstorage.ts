import type { Session, Subject } from '../subject.js';
import { lookAside } from './codec.js';

/** Storage of many backends behind one interface, here its driver for the file system. */
export const unstorage: Subject = {
  name: 'unstorage fs',
  gives: {
    isolation: 'copied',
    keeps: 'a file an entry',
    isPersistent: true,
    afterCrash: 'cut values',
    crossProcess: 'nothing: files are written in place',
    hasChecksums: false,
    hasExpiry: false,
    limits: 'none',
    computesOnce: 'no',
    holds: 'JSON, bytes',
  },
  needs: 'unstorage',
  isSynchronous: false,
  open: async ({ directory, holdsBytes }): Promise<Session> => {
    const { createStorage } = await import('unstorage');
    const { default: fsDriver } = await import('unstorage/drivers/fs');
    const storage = createStorage<object>({ driver: fsDriver({ base: directory }) });
    const get = async (key: string) =>
      (holdsBytes ? await storage.getItemRaw(key) : await storage.getItem(key)) ?? undefined;
    const set = async (key: string, value: object) => {
      await (holdsBytes ? storage.setItemRaw(key, value) : storage.setItem(key, value));
      return true;
    };
    return {
      get,
      miss: get,
      set,
      delete: async (key) => {
        await storage.removeItem(key);
        return true;
      },
      getOrSet: lookAside({ get, set }),
      close: () => storage.dispose(),
    };
  },
};
