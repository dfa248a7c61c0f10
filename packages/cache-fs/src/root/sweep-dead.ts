import { lstat, opendir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessAlive, type ProcessIdentity } from '../process-identity.js';
import { systemCode } from '../system-error.js';
import { moveAside, pidOfFolder, readOwner } from './isolated-folder.js';
import { FORMAT_FILE, LAYOUT_FOLDERS, OWNER_FILE, STATS_FILE, TAG_FILE } from './layout.js';

const DAY_MS = 86_400_000;
/** How long an owner that can't be judged (another container's, another machine's) may leave its folder untouched. */
const UNSEEN_LIMIT_MS = 7 * DAY_MS;
/** A folder without an owner was left by a crash while it was being made or removed. */
const OWNERLESS_LIMIT_MS = DAY_MS;
const MAX_REMOVED = 32;
const MAX_LOOKED_AT = 2000;

export interface SweepOptions {
  /** Epoch milliseconds. @default the system's time */
  now?: number;
  /** Told of each folder that could not be removed. */
  onError?: (error: unknown) => void;
}

/**
 * Removes the folders of dead processes from `parentPaths`: a bounded number a call, so that a start is not held up by
 * what a long outage left. Only real directories of this user whose name has the shape are touched. Never rejects.
 * @returns folders removed
 */
export async function sweepDeadFolders(parentPaths: readonly string[], options: SweepOptions = {}): Promise<number> {
  const now = options.now ?? Date.now();
  let removed = 0;
  let lookedAt = 0;
  for (const parent of parentPaths) {
    try {
      if (!(await lstat(parent)).isDirectory()) continue;
      for await (const { name } of await opendir(parent)) {
        if (removed >= MAX_REMOVED || ++lookedAt > MAX_LOOKED_AT) return removed;
        if (pidOfFolder(name) !== undefined && (await removeIfDead(join(parent, name), now))) removed++;
      }
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') options.onError?.(error);
    }
  }
  return removed;
}

async function removeIfDead(path: string, now: number): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined || !stats.isDirectory()) return false;
  const uid = process.geteuid?.();
  if (uid !== undefined && stats.uid !== uid) return false;

  const owner = readOwner(path);
  if (!(await isAbandoned(path, owner, now))) return false;
  // Moved aside first, so that one of several sweepers removes it, and looked at again, since without that this loses:
  // sweeper: judges proc_7 dead | new process 7: clears the leftover, makes its own proc_7 | sweeper: removes that one.
  const aside = moveAside(path);
  if (aside === undefined) return false;
  if (!isSameOwner(owner, readOwner(aside))) {
    // Should its owner have made it anew meanwhile, it is the next sweep that takes this one.
    await rename(aside, path).catch(() => undefined);
    return false;
  }
  await rm(aside, { recursive: true, force: true });
  return true;
}

async function isAbandoned(path: string, owner: ProcessIdentity | undefined, now: number): Promise<boolean> {
  if (owner !== undefined) {
    return !isProcessAlive(owner, { ageMs: now - (await lastTouched(path)), limitMs: UNSEEN_LIMIT_MS });
  }
  return now - (await lastTouched(path)) > OWNERLESS_LIMIT_MS && (await holdsNothingElse(path));
}

/** Every write makes or renames a file, which shows in its folder's time. */
async function lastTouched(path: string): Promise<number> {
  let latest = 0;
  for (const folder of ['', ...LAYOUT_FOLDERS]) {
    const stats = await lstat(join(path, folder)).catch(() => undefined);
    if (stats !== undefined) latest = Math.max(latest, stats.mtimeMs);
  }
  return latest;
}

/** Without an owner only the shape of the name says that a folder is ours, and a user may have one of such a name. */
async function holdsNothingElse(path: string): Promise<boolean> {
  const ours: readonly string[] = [...LAYOUT_FOLDERS, OWNER_FILE, FORMAT_FILE, STATS_FILE, TAG_FILE];
  return (await readdir(path)).every((name) => ours.includes(name));
}

function isSameOwner(a: ProcessIdentity | undefined, b: ProcessIdentity | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
