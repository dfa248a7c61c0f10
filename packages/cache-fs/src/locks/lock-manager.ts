import { CacheError } from '@glovebox/cache-core';
import { type ProcessIdentity, readThreadIdentity, threadIdentity } from '../process-identity.js';
import { ignoreErrors } from '../system-error.js';
import { type Contest, contendExclusive, contendOnce, contendShared, reportingFailure } from './contend.js';
import { type HeldLock, LocalHeldLock } from './held-lock.js';
import { loadProperLockfile } from './load-lockfile.js';
import { LocalQueue, type LockMode, type Place } from './local-queue.js';
import { type FileLock, LockDirectory, makeDirectoryIfMissing } from './lock-directory.js';
import {
  checkDuration,
  DEFAULT_LOCK_TIMEOUT_MS,
  DEFAULT_STALE_MS,
  DEFAULT_UPDATE_MS,
  type LockManagerOptions,
  type LockOptions,
} from './options.js';
import { describeHolder, type Holder, OwnerJudge } from './owner-judge.js';
import { LOCK_NAME, MIN_IDLE_MS } from './protocol.js';
import { sweepIdle } from './sweep.js';
import { Turns } from './turns.js';
import { Wait } from './wait.js';

/** Directories of idle locks that `close` looks at, for each lock that this manager took: the folder can't grow. */
const SWEPT_AT_CLOSE_PER_LOCK = 2;

/**
 * Locks between the callers of one process and, by way of `locksDir`, between processes and threads.
 *
 * Locks are not re-entrant: taking one again inside its own callback waits until the timeout, and so does a writer's
 * lock inside a reader's. Every method rejects with `CACHE_INVALID_KEY` for a name other than `[a-z0-9_-]{1,128}`,
 * `CACHE_CLOSED` after `close()`, and `CACHE_BACKEND_FAILED` if the file system refuses: then the caller may go on
 * without the lock.
 *
 * On Linux a lock is never taken from an owner that lives, however long its event loop is blocked: others time out. An
 * owner that can't be judged loses its lock when its heartbeat is old; it finds `isHeld()` false, and can neither release
 * nor pass for the holder any more.
 */
export class LockManager {
  readonly #options: LockManagerOptions;
  readonly #lockTimeoutMs: number;
  readonly #self: ProcessIdentity;
  readonly #now: () => number;
  readonly #queues = new Map<string, LocalQueue>();
  readonly #held = new Set<LocalHeldLock>();
  readonly #waits = new Set<Wait>();
  readonly #turns = new Turns();
  #directory: LockDirectory | undefined;
  #fileLockCount = 0;
  #localToken = 0;
  #isClosed = false;

  constructor(options: LockManagerOptions) {
    const { lockTimeoutMs = DEFAULT_LOCK_TIMEOUT_MS, staleMs, updateMs } = options;
    checkDuration('lockTimeoutMs', lockTimeoutMs, 0);
    if (staleMs !== undefined) checkDuration('staleMs', staleMs, 1);
    if (updateMs !== undefined) checkDuration('updateMs', updateMs, 1);
    this.#options = options;
    this.#lockTimeoutMs = lockTimeoutMs;
    this.#self = options.procDir === undefined ? threadIdentity() : readThreadIdentity(options.procDir);
    this.#now = options.now ?? Date.now;
  }

  /** Runs `fn` while nobody else holds `name`; rejects with `CACHE_LOCK_TIMEOUT` if it can't be had in time. */
  withExclusive<T>(name: string, fn: (lock: HeldLock) => T | Promise<T>, options?: LockOptions): Promise<T> {
    return this.#with(name, 'exclusive', fn, options);
  }

  /**
   * Runs `fn` while nobody holds `name` exclusively; other readers may run too, but none starts while a writer waits.
   * Rejects with `CACHE_LOCK_TIMEOUT` if the lock can't be had in time.
   */
  withShared<T>(name: string, fn: (lock: HeldLock) => T | Promise<T>, options?: LockOptions): Promise<T> {
    return this.#with(name, 'shared', fn, options);
  }

  /** The lock, to be released by the caller, or `undefined` if somebody holds it or waits for it. */
  async tryExclusive(name: string): Promise<HeldLock | undefined> {
    this.#check(name);
    const place = this.#queue(name).tryEnter('exclusive');
    if (place === undefined) return undefined;
    try {
      if (!this.#options.crossProcess) return this.#hold(name, place, undefined);
      const fileLock = contendOnce({ directory: await this.#open(), name, onError: this.#tell });
      if (fileLock !== undefined) return this.#hold(name, place, fileLock);
    } catch (error) {
      this.#leave(name, place);
      throw error;
    }
    this.#leave(name, place);
    return undefined;
  }

  /**
   * Removes what idle locks have left on disk.
   * @param idleMs milliseconds without a holder, at least 60,000
   * @param maxNames how many locks to look at
   * @returns the number of locks whose directories are gone
   */
  async sweep(idleMs = MIN_IDLE_MS, maxNames = Number.POSITIVE_INFINITY): Promise<number> {
    if (this.#isClosed) throw closedError();
    if (!this.#options.crossProcess) return 0;
    const directory = await this.#open();
    return reportingFailure(() =>
      sweepIdle(directory, this.#options.locksDir, Math.max(idleMs, MIN_IDLE_MS), maxNames),
    );
  }

  /** Releases everything held and rejects those who wait. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const wait of this.#waits) wait.fail(closedError());
    for (const lock of this.#held) lock.releaseNow();
    if (this.#directory === undefined || this.#fileLockCount === 0) return;
    try {
      sweepIdle(this.#directory, this.#options.locksDir, MIN_IDLE_MS, SWEPT_AT_CLOSE_PER_LOCK * this.#fileLockCount);
    } catch (error) {
      this.#tell(error);
    }
  }

  async #with<T>(
    name: string,
    mode: LockMode,
    fn: (lock: HeldLock) => T | Promise<T>,
    options: LockOptions = {},
  ): Promise<T> {
    this.#check(name);
    const lock = await this.#acquire(name, mode, options);
    try {
      return await fn(lock);
    } finally {
      lock.releaseNow();
    }
  }

  async #acquire(name: string, mode: LockMode, options: LockOptions): Promise<LocalHeldLock> {
    const timeoutMs = options.timeoutMs ?? this.#lockTimeoutMs;
    checkDuration('timeoutMs', timeoutMs, 0);
    let blockedBy: Holder | undefined = { identity: this.#self };
    const timeoutError = (waitedMs: number) => {
      const holder = describeHolder(blockedBy, this.#self, this.#now());
      const waited = `${Math.round(waitedMs)} ms`;
      return new CacheError('CACHE_LOCK_TIMEOUT', `Lock '${name}' was not free within ${waited}: held by ${holder}`);
    };
    const wait = new Wait({ timeoutMs, signal: options.signal, timeoutError, random: Math.random });
    this.#waits.add(wait);
    let place: Place | undefined;
    try {
      wait.throwIfFailed();
      place = await this.#queue(name).enter(mode, wait);
      if (!this.#options.crossProcess) return this.#hold(name, place, undefined);
      const directory = await this.#open();
      const yieldMs = mode === 'exclusive' ? this.#turns.yieldMs(name) : 0;
      if (yieldMs > 0) await wait.sleep(yieldMs);
      const onBlocked = (holder: Holder | undefined) => {
        blockedBy = holder;
      };
      const contest: Contest = { directory, name, wait, onBlocked, onError: this.#tell };
      return this.#hold(name, place, await (mode === 'exclusive' ? contendExclusive : contendShared)(contest));
    } catch (error) {
      this.#leave(name, place);
      throw error;
    } finally {
      wait.end();
      this.#waits.delete(wait);
    }
  }

  #hold(name: string, place: Place, fileLock: FileLock | undefined): LocalHeldLock {
    const heldSince = performance.now();
    const lock = new LocalHeldLock({
      place,
      fileLock,
      fencingToken: fileLock?.generation ?? ++this.#localToken,
      onRelease: (released) => {
        this.#held.delete(released);
        if (fileLock !== undefined) this.#turns.released(name, heldSince);
        this.#forgetIdle(name);
      },
      onError: this.#tell,
    });
    place.hold();
    this.#held.add(lock);
    if (fileLock !== undefined) this.#fileLockCount++;
    if (this.#isClosed) {
      lock.releaseNow();
      throw closedError();
    }
    return lock;
  }

  #leave(name: string, place: Place | undefined): void {
    place?.leave();
    this.#forgetIdle(name);
  }

  #queue(name: string): LocalQueue {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const queue = new LocalQueue();
    this.#queues.set(name, queue);
    return queue;
  }

  #forgetIdle(name: string): void {
    if (this.#queues.get(name)?.isIdle) this.#queues.delete(name);
  }

  async #open(): Promise<LockDirectory> {
    if (this.#directory !== undefined) return this.#directory;
    const lockfile = await loadProperLockfile();
    const { locksDir, staleMs = DEFAULT_STALE_MS, updateMs = DEFAULT_UPDATE_MS, procDir = '/proc' } = this.#options;
    const shared = { self: this.#self, staleMs, updateMs, now: this.#now };
    this.#directory ??= new LockDirectory(lockfile, {
      ...shared,
      locksDir,
      judge: new OwnerJudge({ ...shared, procDir, monotonicNow: () => performance.now() }),
      makeLocksDir: this.#options.makeLocksDir ?? (() => makeDirectoryIfMissing(locksDir)),
      onLost: (name, cause) => this.#tell(new CacheError('CACHE_BACKEND_FAILED', `Lock '${name}' was lost`, { cause })),
    });
    return this.#directory;
  }

  #check(name: string): void {
    if (this.#isClosed) throw closedError();
    if (typeof name === 'string' && LOCK_NAME.test(name)) return;
    throw new CacheError('CACHE_INVALID_KEY', `A lock's name is 1 to 128 of a-z, 0-9, '_' and '-'`);
  }

  /** May be called from a timer: an error of the listener has nowhere to go. */
  readonly #tell = (error: unknown): void => {
    ignoreErrors(() => this.#options.onError?.(error));
  };
}

function closedError(): CacheError {
  return new CacheError('CACHE_CLOSED', 'The locks of this cache are closed');
}
