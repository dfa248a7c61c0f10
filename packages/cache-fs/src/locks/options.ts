import { CacheError } from '@glovebox/cache-core';

export interface LockManagerOptions {
  /** Directory of the locks. */
  locksDir: string;
  /** `false` locks within this process and thread only, and touches no file. */
  crossProcess: boolean;
  /** How long to wait for a lock, in milliseconds. @default 5000 */
  lockTimeoutMs?: number;
  /**
   * Age of a heartbeat, in milliseconds, from which on an owner that can't be judged (another container or machine, no
   * `/proc`) loses its lock. An owner seen to be dead loses it at once, one seen to be alive never. @default 30000
   */
  staleMs?: number;
  /** Time between two heartbeats, in milliseconds; at least 1,000 and at most half of `staleMs`. @default 2000 */
  updateMs?: number;
  /** Makes `locksDir` when it is missing. @default one `mkdir` with mode 0700, without its parents */
  makeLocksDir?: () => void;
  /** Told of what goes wrong where there is no caller to tell: a lost lock, a failed release. */
  onError?: (error: unknown) => void;
  /** Where the kernel shows its processes. @default '/proc' */
  procDir?: string;
  /** Epoch milliseconds. Locks live in real time, whatever clock the cache has. @default Date.now */
  now?: () => number;
}

export interface LockOptions {
  /** Milliseconds; 0 tries once. @default the manager's `lockTimeoutMs` */
  timeoutMs?: number;
  /** Gives up waiting when it is aborted, rejecting with its reason. */
  signal?: AbortSignal;
}

export const DEFAULT_LOCK_TIMEOUT_MS = 5_000;
export const DEFAULT_STALE_MS = 30_000;
export const DEFAULT_UPDATE_MS = 2_000;

/** @throws `CACHE_INVALID_CONFIG` for anything but a number of at least `least` */
export function checkDuration(option: string, value: number, least: number): void {
  if (typeof value === 'number' && value >= least) return;
  throw new CacheError('CACHE_INVALID_CONFIG', `${option} is a number of milliseconds, ${least} or more, not ${value}`);
}
