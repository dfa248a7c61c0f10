import { constants as bufferConstants } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { systemCode } from './system-error.js';

/** Refuses to open a symbolic link (`ELOOP`). Nothing on Windows, where the flag does not exist and making links takes a privilege. */
const NOFOLLOW: number = constants.O_NOFOLLOW ?? 0;
// Opening a planted pipe would otherwise wait for somebody to write to it.
const NONBLOCK: number = constants.O_NONBLOCK ?? 0;

/** Reads a file that must not be a link. */
export const OPEN_READ: number = constants.O_RDONLY | NOFOLLOW | NONBLOCK;
/** Makes a file and writes it; whatever has the name already, a dangling link included, is `EEXIST`. */
const OPEN_NEW: number = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NOFOLLOW;
/** Makes a file or opens the one that is there, without emptying it: it may be somebody else's. */
const OPEN_OVER: number = constants.O_WRONLY | constants.O_CREAT | NOFOLLOW | NONBLOCK;

/** A longer file has no text. */
export const MAX_TEXT_BYTES: number = bufferConstants.MAX_STRING_LENGTH;

interface OpenFile {
  readonly fd: number;
  readonly sizeBytes: number;
}

export const DIRECTORY_MODE = 0o700;
export const FILE_MODE = 0o600;

/** What opening something that can't be one of our files says: a link, a folder, a pipe without a reader, a socket. */
const NOT_A_FILE: ReadonlySet<string> = new Set(['ELOOP', 'EMLINK', 'EISDIR', 'ENXIO', 'EFTYPE']);

/** Whether opening or reading failed because something other than a regular file has the name. */
export function isNotAFile(error: unknown): boolean {
  return NOT_A_FILE.has(systemCode(error) ?? '');
}

/**
 * The bytes of a regular file, cut after `maxBytes`; follows no link, and waits for nobody.
 * @throws the system's error, `ENOENT` for a missing file; see {@link isNotAFile}
 */
export function readSmallFile(path: string, maxBytes: number): Buffer {
  const fd = openSync(path, OPEN_READ);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw notAFile(path);
    // Not one of `maxBytes`: megabytes at each look at a file of a few hundred bytes keep the collector busy.
    const bytes = Buffer.allocUnsafe(Math.min(stats.size, maxBytes));
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(fd, bytes, length, bytes.length - length, length);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(fd);
  }
}

/** Most files are shorter; held for all reads, each of which ends before another begins. */
const firstBytes = Buffer.allocUnsafeSlow(16 * 1024);

/**
 * The text of a regular file; follows no link, waits for nobody, and reads no more of what has no end than of what has one.
 * @param end how every whole text ends: what does so needs no look whether there is more
 * @throws the system's error, `ENOENT` for a missing file; see {@link isNotAFile}
 */
export function readText(path: string, end: string): string {
  const fd = openSync(path, OPEN_READ);
  try {
    const length = readSync(fd, firstBytes, 0, firstBytes.length, null);
    const text = firstBytes.toString('utf8', 0, length);
    if (length < firstBytes.length && text.endsWith(end)) return text;
    return readRest(fd, path, Buffer.from(firstBytes.subarray(0, length)));
  } finally {
    closeSync(fd);
  }
}

function readRest(fd: number, path: string, start: Buffer): string {
  const stats = fstatSync(fd);
  if (!stats.isFile() || stats.size > MAX_TEXT_BYTES) throw notAFile(path);
  const bytes = Buffer.allocUnsafe(Math.max(stats.size, start.length));
  let length = start.copy(bytes);
  while (length < bytes.length) {
    const count = readSync(fd, bytes, length, bytes.length - length, null);
    if (count === 0) break;
    length += count;
  }
  return bytes.toString('utf8', 0, length);
}

function notAFile(path: string): Error {
  return Object.assign(new Error(`${path} is not a file, or none of ours`), { code: 'EFTYPE' });
}

/**
 * Makes a file that nobody else can read, whatever the umask.
 * @returns its descriptor, open for writing
 * @throws the system's error, `EEXIST` when anything has the name
 */
export function createPrivateFile(path: string): number {
  const fd = openSync(path, OPEN_NEW, FILE_MODE);
  try {
    // A umask such as 0777 takes away the owner's own rights.
    if ((fstatSync(fd).mode & 0o777) !== FILE_MODE) fchmodSync(fd, FILE_MODE);
  } catch {
    // A file system without modes, where others see what its mount lets them see.
  }
  return fd;
}

/**
 * Writes `text` over what `path` holds, in place: readers may see parts of both. What can't be ours, a link, a pipe or a
 * file that has a second name elsewhere, is taken away, not written to.
 * @throws the system's error
 */
export function overwriteFile(path: string, text: string): void {
  const { fd, sizeBytes } = openOwnFile(path);
  try {
    const written = writeSync(fd, text);
    if (sizeBytes > written) ftruncateSync(fd, written);
  } finally {
    closeSync(fd);
  }
}

function openOwnFile(path: string): OpenFile {
  const opened = openOver(path);
  if (opened !== undefined) return opened;
  unlinkSync(path);
  return { fd: createPrivateFile(path), sizeBytes: 0 };
}

/** `undefined` where what has the name is not ours to write to. */
function openOver(path: string): OpenFile | undefined {
  let fd: number;
  try {
    fd = openSync(path, OPEN_OVER, FILE_MODE);
  } catch (error) {
    if (isNotAFile(error)) return undefined;
    throw error;
  }
  let isOurs = false;
  try {
    const stats = fstatSync(fd);
    isOurs = stats.isFile() && stats.nlink <= 1;
    return isOurs ? { fd, sizeBytes: stats.size } : undefined;
  } finally {
    if (!isOurs) closeSync(fd);
  }
}

/**
 * Gives `path` a new content at once: readers see the old one or the new one, whole.
 * @param stagingPath a name never used before, on the same file system; gone afterwards, whatever happens
 * @throws the system's error; then `path` is as it was
 */
export function replaceFile(path: string, text: string, stagingPath: string): void {
  const fd = createPrivateFile(stagingPath);
  try {
    try {
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
    } finally {
      closeSync(fd);
    }
    renameSync(stagingPath, path);
  } catch (error) {
    removeQuietly(stagingPath);
    throw error;
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone already, or stays for the sweep of the staging folder.
  }
}

/**
 * The time by the clock that dates files, epoch milliseconds: another machine's for a network disk, and nobody's who sets
 * this process's. Told by a file made in `folder`; the system's time where none can be made.
 */
export function fileSystemNow(folder: string): number {
  const path = join(folder, `clock-${randomBytes(8).toString('hex')}`);
  try {
    const fd = createPrivateFile(path);
    try {
      return fstatSync(fd).mtimeMs;
    } finally {
      closeSync(fd);
      removeQuietly(path);
    }
  } catch {
    return Date.now();
  }
}
