import type { Session, Subject } from '../subject.js';
import { codecFor, lookAside } from './codec.js';

/** npm's cache: files named by the checksum of their content, and an index that is only appended to. */
export const cacache: Subject = {
  name: 'cacache',
  gives: {
    isolation: 'copied',
    keeps: 'a file an entry',
    isPersistent: true,
    afterCrash: 'whole values',
    crossProcess: 'whole values',
    hasChecksums: true,
    hasExpiry: false,
    limits: 'none',
    computesOnce: 'no',
    holds: 'JSON, bytes',
  },
  needs: 'cacache',
  isSynchronous: false,
  open: async ({ directory, holdsBytes }): Promise<Session> => {
    const { get: read, put, rm } = await import('cacache');
    const { encode, decode } = codecFor(holdsBytes);
    const get = async (key: string) => {
      try {
        return decode((await read(directory, key)).data);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    };
    const set = async (key: string, value: object) => {
      const data = encode(value);
      await put(
        directory,
        key,
        typeof data === 'string' ? data : Buffer.from(data.buffer, data.byteOffset, data.length),
      );
      return true;
    };
    return {
      get,
      miss: async (key) => (await read.info(directory, key)) ?? undefined,
      set,
      delete: async (key) => {
        await rm.entry(directory, key);
        return true;
      },
      getOrSet: lookAside({ get, set }),
      close: () => undefined,
    };
  },
};

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
