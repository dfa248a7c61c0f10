/**
 * The lock protocol on disk.
 *
 * ```
 * locks/lock-<name>/            one directory a lock name
 *   <n>.lock/                   generation n, claimed by whoever made this directory
 *     held-<nonce>              its owner's record: in force
 *     free-<nonce>              the same record, renamed: released
 *   r<nonce>.lock/held-<nonce>  a reader
 * ```
 *
 * A claim is *in force* while it has a record whose owner is not dead. To lock: see that no generation is in force, make
 * generation `newest + 1`, write the record, then list again. The lock is ours if our generation is the newest and no
 * other is in force.
 *
 * Why two processes never both hold it. Let X have generation a and Y generation b, both having passed the second
 * look, a < b (equal is impossible: `mkdir` fails for the second). Either X made a before Y's second look, and Y saw it
 * in force; or after it, and then X's own second look, later still, saw the newer b. Removing generations does not
 * weaken this, since only those not in force are removed, by their nonce, and directories only when empty.
 */

/** What a lock may be called. */
export const LOCK_NAME = /^[a-z0-9_-]{1,128}$/;

/** Keeps names that Windows reserves (`nul`, `con`) from being directories. */
export const DIRECTORY_PREFIX = 'lock-';

export const HELD_PREFIX = 'held-';
export const FREE_PREFIX = 'free-';

export const OWNER_ONLY_DIRECTORY = 0o700;
export const OWNER_ONLY_FILE = 0o600;

/**
 * The first generation in an empty directory comes from the wall clock, so that fencing tokens go on growing after an
 * idle directory was swept away: 2^18 of them for each step of 30 s, more than can be taken in that time. The step is
 * long so that processes that find the directory empty together reach for the same number, of which one gets it.
 *
 * @param nowMs epoch milliseconds
 */
export function firstGeneration(nowMs: number): number {
  return Math.floor(nowMs / 30_000) * 2 ** 18 + 1;
}

/** A directory is swept when its lock was idle for this long, two steps of {@link firstGeneration}, or longer. */
export const MIN_IDLE_MS = 60_000;

/** How long a claim without a record is taken for one being made right now, in milliseconds. */
export const CLAIM_GRACE_MS = 250;

export function generationDirectory(generation: number): string {
  return `${generation}.lock`;
}

export function readerDirectory(nonce: string): string {
  return `r${nonce}.lock`;
}

/** The generation that a directory entry stands for. */
export function parseGeneration(entry: string): number | undefined {
  const match = /^([1-9]\d{0,15})\.lock$/.exec(entry);
  const generation = Number(match?.[1]);
  // Not the last safe number: there must be one above it.
  return generation < Number.MAX_SAFE_INTEGER ? generation : undefined;
}

export function isReader(entry: string): boolean {
  return /^r[0-9a-f]+\.lock$/.test(entry);
}
