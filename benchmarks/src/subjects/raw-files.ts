import { readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenOptions, Session, Subject, Value } from '../subject.js';

/** The system calls that a cache in files can't do without: no checks, no expiry, no statistics. */
export const rawFiles: Subject = {
  name: 'raw files',
  gives: {
    isolation: 'copied',
    keeps: 'a file an entry',
    isPersistent: true,
    afterCrash: 'whole values',
    crossProcess: 'whole values',
    hasChecksums: false,
    hasExpiry: false,
    limits: 'none',
    computesOnce: 'no',
    holds: 'JSON, bytes',
  },
  isSynchronous: true,
  open: ({ directory, holdsBytes }: OpenOptions): Session => {
    const staging = join(directory, 'staging');
    // Not `path.join`, which would cost as much as a system call.
    const fileOf = (key: string) => `${directory}/${key}`;

    const get = (key: string): unknown => {
      const file = fileOf(key);
      return holdsBytes ? readFileSync(file) : JSON.parse(readFileSync(file, 'utf8'));
    };
    const isThere = (key: string) => statSync(fileOf(key), { throwIfNoEntry: false }) !== undefined;
    const set = (key: string, value: Value) => {
      writeFileSync(staging, value instanceof Uint8Array ? value : JSON.stringify(value));
      renameSync(staging, fileOf(key));
      return true;
    };

    return {
      get,
      miss: (key) => (isThere(key) ? key : undefined),
      set,
      delete: (key) => {
        unlinkSync(fileOf(key));
        return true;
      },
      getOrSet: (key, factory) => {
        if (isThere(key)) return get(key);
        const value = factory();
        set(key, value);
        return value;
      },
      close: () => undefined,
    };
  },
};
