import { CacheError, isCacheError } from '@glovebox/cache-core';
import { reasonOf } from '../system-error.js';
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
