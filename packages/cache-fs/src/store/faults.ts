import { constants as errnoConstants } from 'node:os';
import { nodeModule } from '../node-module.js';

/** Errors that say "no room", for data or for the user's quota. */
const NO_ROOM: ReadonlySet<number> = new Set([errnoConstants.errno.ENOSPC, errnoConstants.errno.EDQUOT]);
/** Errors that a rename over a file gives while somebody has it open on Windows, or a scanner looks at it. */
const BUSY: ReadonlySet<number> = new Set([
  errnoConstants.errno.EBUSY,
  errnoConstants.errno.EPERM,
  errnoConstants.errno.EACCES,
]);

const namesByErrno = nodeModule('node:util').getSystemErrorMap();

/** The positive error number of a failed system call, 0 for anything else. Node leaves some without a name, EDQUOT among them. */
function errnoOf(error: unknown): number {
  if (!(error instanceof Error) || !('errno' in error) || typeof error.errno !== 'number') return 0;
  // libuv numbers Windows' errors itself; by name they are the same everywhere.
  const name = namesByErrno.get(error.errno)?.[0];
  const numbers: Partial<Record<string, number>> = errnoConstants.errno;
  return (name === undefined ? undefined : numbers[name]) ?? Math.abs(error.errno);
}

export function isMissing(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === errnoConstants.errno.ENOENT || errno === errnoConstants.errno.ENOTDIR;
}

export function isNoRoom(error: unknown): boolean {
  return NO_ROOM.has(errnoOf(error));
}

export function isBusy(error: unknown): boolean {
  return BUSY.has(errnoOf(error));
}

/** Runs a removal for which "already gone" is as good. */
export function ignoreMissing(remove: () => void): void {
  try {
    remove();
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
