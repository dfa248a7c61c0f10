import { join } from 'node:path';
import type { Keyv } from 'keyv';
import type { Session, Subject } from '../subject.js';
import { lookAside } from './codec.js';

/** As it comes: a Map of serialized values. */
export const keyvMemory: Subject = {
  name: 'keyv',
  gives: {
    isolation: 'copied',
    keeps: 'memory',
    isPersistent: false,
    afterCrash: 'nothing',
    crossProcess: 'none',
    hasChecksums: false,
    hasExpiry: true,
    limits: 'none',
    computesOnce: 'no',
    holds: 'JSON, bytes',
  },
  needs: 'keyv',
  isSynchronous: false,
  open: async (): Promise<Session> => {
    const { Keyv } = await import('keyv');
    return sessionOf(new Keyv());
  },
};

/**
 * A file for each entry. As it comes keyv-file has one file for all, which it writes 100 ms after the first change: each
 * `set` that is awaited would take so long.
 */
export const keyvFile: Subject = {
  name: 'keyv, keyv-file',
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
    holds: 'JSON, bytes',
  },
  needs: 'keyv-file',
  isSynchronous: false,
  open: async ({ directory }): Promise<Session> => {
    const { Keyv } = await import('keyv');
    const { KeyvFile } = await import('keyv-file');
    return sessionOf(new Keyv({ store: new KeyvFile({ filename: join(directory, 'entries'), separatedFile: true }) }));
  },
};

function sessionOf(keyv: Keyv): Session {
  const get = (key: string) => keyv.get(key);
  const set = (key: string, value: object) => keyv.set(key, value);
  return {
    get,
    miss: get,
    set,
    delete: (key) => keyv.delete(key),
    getOrSet: lookAside({ get, set }),
    close: () => keyv.disconnect(),
  };
}
