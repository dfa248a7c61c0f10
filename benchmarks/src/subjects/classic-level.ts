import type { Session, Subject } from '../subject.js';
import { lookAside } from './codec.js';

/** LevelDB: a log and sorted tables, in threads of its own. */
export const classicLevel: Subject = {
  name: 'classic-level',
  gives: {
    isolation: 'copied',
    keeps: 'a database',
    isPersistent: true,
    afterCrash: 'whole values',
    crossProcess: 'one process at a time',
    hasChecksums: false,
    hasExpiry: false,
    limits: 'none',
    computesOnce: 'no',
    holds: 'JSON, bytes',
  },
  needs: 'classic-level',
  isSynchronous: false,
  open: async ({ directory, holdsBytes }): Promise<Session> => {
    const { ClassicLevel } = await import('classic-level');
    const level = new ClassicLevel<string, object>(directory, { valueEncoding: holdsBytes ? 'view' : 'json' });
    await level.open();
    const get = (key: string) => level.get(key);
    const set = async (key: string, value: object) => {
      await level.put(key, value);
      return true;
    };
    return {
      get,
      miss: get,
      set,
      delete: async (key) => {
        await level.del(key);
        return true;
      },
      getOrSet: lookAside({ get, set }),
      close: () => level.close(),
    };
  },
};
