import { randomBytes } from 'node:crypto';
import { closeSync, lstatSync, mkdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { nodeModule } from '../node-module.js';
import { judgeLiveness, type ProcessIdentity, parseIdentity, threadIdentity } from '../process-identity.js';
import { createPrivateFile, DIRECTORY_MODE, readSmallFile } from '../safe-files.js';
import { systemCode } from '../system-error.js';
import { OWNER_FILE } from './layout.js';

/** Folders of processes; with a leading dot while they are being made or removed. */
const SHAPE = /^\.?proc_(\d{1,10})(?:_[0-9a-f]{8})?$/;
const MAX_OWNER_BYTES = 4096;

/**
 * The folder of this process in `rootPath`, made and claimed: `proc_<pid>`, or `proc_<pid>_<random>` where that name is
 * another's that is not known to be dead (another container's process of the same pid) or for a worker thread. A worker's
 * folder is its own: it can be terminated at any moment, and could not tell the others that it no longer uses theirs.
 * @throws the system's error
 */
export function claimIsolatedFolder(rootPath: string): string {
  const plain = join(rootPath, `proc_${process.pid}`);
  const { isMainThread } = nodeModule('node:worker_threads');
  if (isMainThread && (makeIsolatedFolder(plain) || (removeIfDead(plain) && makeIsolatedFolder(plain)))) return plain;
  const own = `${plain}_${randomBytes(4).toString('hex')}`;
  if (!makeIsolatedFolder(own)) throw Object.assign(new Error(`${own} exists`), { code: 'EEXIST' });
  return own;
}

/**
 * Makes the folder with the owner's identity in it at once, so that no sweep ever sees it without.
 * @returns false if the name is taken
 */
export function makeIsolatedFolder(path: string): boolean {
  const staged = asideName(path);
  mkdirSync(staged, DIRECTORY_MODE);
  try {
    const fd = createPrivateFile(join(staged, OWNER_FILE));
    try {
      writeSync(fd, `${JSON.stringify(threadIdentity())}\n`);
    } finally {
      closeSync(fd);
    }
    renameSync(staged, path);
    return true;
  } catch (error) {
    rmSync(staged, { recursive: true, force: true });
    // Windows says EPERM or EACCES of a name that is taken.
    const taken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM', 'EACCES'].includes(systemCode(error) ?? '');
    if (taken && lstatSync(path, { throwIfNoEntry: false }) !== undefined) return false;
    throw error;
  }
}

/**
 * Moves a folder aside, so that its name is free at once and one of several removers has it.
 * @returns where it is now, for the caller to remove; `undefined` if it is gone
 */
export function moveAside(path: string): string | undefined {
  const aside = asideName(path);
  try {
    renameSync(path, aside);
    return aside;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The pid in the name of a process's folder, `undefined` for any other name. */
export function pidOfFolder(name: string): number | undefined {
  const pid = SHAPE.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** Whose folder it is; `undefined` if the file is missing, damaged, or of another process than the name says. */
export function readOwner(path: string): ProcessIdentity | undefined {
  try {
    const identity = parseIdentity(JSON.parse(readSmallFile(join(path, OWNER_FILE), MAX_OWNER_BYTES).toString('utf8')));
    return identity?.pid === pidOfFolder(basename(path)) ? identity : undefined;
  } catch {
    return undefined;
  }
}

/** Clears away what an earlier process of this pid left behind. */
function removeIfDead(path: string): boolean {
  const owner = readOwner(path);
  if (owner === undefined || judgeLiveness(owner) !== 'dead') return false;
  const aside = moveAside(path);
  if (aside !== undefined) rmSync(aside, { recursive: true, force: true });
  return true;
}

/** A name of the same shape next to `path` that nobody else uses. */
function asideName(path: string): string {
  const pid = pidOfFolder(basename(path)) ?? process.pid;
  return join(dirname(path), `.proc_${pid}_${randomBytes(4).toString('hex')}`);
}
