import { chmodSync, lstatSync, mkdirSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CacheError } from '@glovebox/cache-core';
import { printable } from '../printable.js';
import { DIRECTORY_MODE } from '../safe-files.js';
import { systemCode } from '../system-error.js';

/** What stands at a path where a private directory is wanted. */
export type DirectoryFinding =
  | { readonly kind: 'missing' }
  | { readonly kind: 'safe' }
  | { readonly kind: 'unsafe'; readonly problem: string; readonly advice: string };

const GROUP_OR_OTHERS_WRITE = 0o022;
const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;

/**
 * Whether `path` is a real directory of this user that nobody else can write to. Read access of others is no reason to
 * refuse it: the files in it are private themselves. On Windows only the kind is looked at, since there are no modes.
 * @throws the system's error when that can't be told
 */
export function inspectDirectory(path: string): DirectoryFinding {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return { kind: 'missing' };
  if (stats.isSymbolicLink()) {
    return unsafe(`is a symbolic link to ${linkTarget(path)}`, 'give the directory itself, or remove the link');
  }
  if (!stats.isDirectory()) return unsafe(`is ${kindOf(stats)}, not a directory`, 'choose another path, or remove it');

  const uid = process.geteuid?.();
  if (uid === undefined) return { kind: 'safe' };
  if (stats.uid !== uid) {
    return unsafe(
      `belongs to user ${stats.uid}, and this process runs as user ${uid}`,
      'choose a directory of your own',
    );
  }
  if ((stats.mode & GROUP_OR_OTHERS_WRITE) !== 0) {
    const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0');
    const advice = 'choose a directory inside it, which is then made private';
    // With the sticky bit it is meant for everybody, such as /tmp.
    const repair = (stats.mode & STICKY) === 0 ? '`chmod go-w` it if you trust what it holds, or ' : '';
    return unsafe(`can be written to by other users (mode ${mode})`, repair + advice);
  }
  return { kind: 'safe' };
}

/**
 * Makes a directory if there is none, parents included, and checks the one that is there then.
 * @returns whether it was made
 * @throws CacheError `CACHE_UNSAFE_ROOT`, or the system's error
 */
export function ensurePrivateDirectory(path: string): boolean {
  let finding = inspectDirectory(path);
  let made = false;
  if (finding.kind === 'missing') {
    made = makePrivateDirectory(path);
    // Looked at again even if just made: others may have been first.
    finding = inspectDirectory(path);
  }
  if (finding.kind === 'unsafe') throw unsafeRoot(path, finding);
  // Gone again at once: whoever removes it is still at work.
  if (finding.kind === 'missing') throw Object.assign(new Error(`${path} was removed`), { code: 'ENOENT' });
  return made;
}

export function unsafeRoot(path: string, finding: { problem: string; advice: string }): CacheError {
  return new CacheError('CACHE_UNSAFE_ROOT', `the cache directory ${path} ${finding.problem}; ${finding.advice}`);
}

/**
 * The directory above `path` where any user could put another directory in the cache's place, if there is one.
 *
 * It is a reason to warn, not to refuse: a volume of a container is often such a directory although no other user
 * exists there, and refusing would leave programs on it without any place for a cache.
 */
export function openParentOf(path: string): string | undefined {
  if (process.geteuid === undefined) return undefined;
  try {
    let current = realpathSync(path);
    for (let parent = dirname(current); parent !== current; parent = dirname(current)) {
      const { mode } = statSync(parent);
      if ((mode & OTHERS_WRITE) !== 0 && (mode & STICKY) === 0) return parent;
      current = parent;
    }
  } catch {
    // A parent that we may not look at: nothing is known against it.
  }
  return undefined;
}

function makePrivateDirectory(path: string, hasParent = false): boolean {
  try {
    mkdirSync(path, DIRECTORY_MODE);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return false;
    const parent = dirname(path);
    // Under /proc the parent is there, and still there is no such place.
    if (code !== 'ENOENT' || hasParent || parent === path) throw error;
    makePrivateDirectory(parent);
    return makePrivateDirectory(path, true);
  }
  if (process.geteuid !== undefined && (lstatSync(path).mode & 0o777) !== DIRECTORY_MODE) {
    // The umask took rights of the owner away, or the parent's access list gave some to others.
    chmodSync(path, DIRECTORY_MODE);
  }
  return true;
}

function unsafe(problem: string, advice: string): DirectoryFinding {
  return { kind: 'unsafe', problem, advice };
}

function linkTarget(path: string): string {
  try {
    return printable(readlinkSync(path));
  } catch {
    return 'somewhere else';
  }
}

function kindOf(stats: Stats): string {
  if (stats.isFile()) return 'a file';
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}
