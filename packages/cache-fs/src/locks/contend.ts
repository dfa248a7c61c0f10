import { createRequire } from 'node:module';
import { CacheError, isCacheError } from '@glovebox/cache-core';
import { reasonOf } from '../system-error.js';
import type { ProperLockfile } from './claim.js';
import type { Attempt, FileLock, LockDirectory } from './lock-directory.js';
import type { Holder } from './owner-judge.js';
import type { Wait } from './wait.js';

/** One caller's contest with other processes. */
export interface Contest {
  directory: LockDirectory;
  name: string;
  wait: Wait;
  /** Told of who is in the way, for the message if it ends there. */
  onBlocked: (holder: Holder | undefined) => void;
  onError: (error: unknown) => void;
}

let loading: Promise<ProperLockfile> | undefined;

/**
 * Loads proper-lockfile. Not before the first lock: that takes 10 ms, and installs listeners for the signals that end a
 * process, once a process; they pass the signal on, and on exit release what is held.
 */
export async function loadProperLockfile(): Promise<ProperLockfile> {
  loading ??= importOrRequire();
  try {
    return await loading;
  } catch (error) {
    loading = undefined;
    throw error;
  }
}

/** Node remembers an `import` that failed, for want of descriptors say, until the process ends; `require` tries anew. */
async function importOrRequire(): Promise<ProperLockfile> {
  try {
    return (await import('proper-lockfile')).default;
  } catch {
    return createRequire(import.meta.url)('proper-lockfile');
  }
}

/** @throws what ended the wait, or `CACHE_BACKEND_FAILED` */
export function contendShared(contest: Contest): Promise<FileLock> {
  return tryUntilHad(contest, () => contest.directory.claimShared(contest.name));
}

/** @throws what ended the wait, or `CACHE_BACKEND_FAILED` */
export async function contendExclusive(contest: Contest): Promise<FileLock> {
  for (;;) {
    const lock = await tryUntilHad(contest, () => contest.directory.claimExclusive(contest.name));
    if (!lock.foundReaders) return lock;
    let readersLeft = false;
    try {
      readersLeft = await outlastReaders(contest, lock);
    } finally {
      if (!readersLeft) releaseQuietly(lock, contest.onError);
    }
    if (readersLeft) return lock;
  }
}

/** The lock at once, or not at all. */
export function contendOnce({ directory, name, onError }: Omit<Contest, 'wait' | 'onBlocked'>): FileLock | undefined {
  const attempt = reportingFailure(() => directory.claimExclusive(name));
  if (!('lock' in attempt)) return undefined;
  if (!attempt.lock.foundReaders) return attempt.lock;
  let hasReader = true;
  try {
    hasReader = reportingFailure(() => directory.readerOf(name)) !== undefined;
  } finally {
    if (hasReader) releaseQuietly(attempt.lock, onError);
  }
  return hasReader ? undefined : attempt.lock;
}

/** Runs a piece of file system work, whose errors become `CACHE_BACKEND_FAILED`. */
export function reportingFailure<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isCacheError(error)) throw error;
    throw new CacheError('CACHE_BACKEND_FAILED', `The lock files can't be used: ${reasonOf(error)}`, { cause: error });
  }
}

async function tryUntilHad({ wait, onBlocked }: Contest, claim: () => Attempt<FileLock>): Promise<FileLock> {
  for (;;) {
    const attempt = reportingFailure(claim);
    if ('lock' in attempt) return attempt.lock;
    onBlocked(attempt.blockedBy);
    await wait.pause();
  }
}

/** New readers are kept out by `lock`; waits for those from before. `false` if the lock was lost meanwhile. */
async function outlastReaders(contest: Contest, lock: FileLock): Promise<boolean> {
  const { directory, name, wait, onBlocked } = contest;
  for (;;) {
    const reader = reportingFailure(() => directory.readerOf(name));
    if (reader === undefined) return true;
    onBlocked(reader);
    await wait.pause();
    if (!reportingFailure(() => lock.isHeld())) return false;
  }
}

function releaseQuietly(lock: FileLock, onError: (error: unknown) => void): void {
  try {
    lock.release();
  } catch (error) {
    onError(error);
  }
}
