import { randomBytes } from 'node:crypto';
import { closeSync, lstatSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CacheError } from '@glovebox/cache-core';
import { createPrivateFile, readSmallFile, replaceFile } from '../safe-files.js';
import { systemCode } from '../system-error.js';
import { CACHE_FORMAT, FORMAT_FILE, TAG_FILE } from './layout.js';

const TAG_TEXT = `Signature: 8a477f597d28d172789f06886806bc55
# This directory is a cache. All that is in it can be made again: backup programs may skip it.
`;
const MAX_FORMAT_BYTES = 4096;

/** `'damaged'`: there is a file, but no format can be read from it. */
export type FormatFinding = 'missing' | 'current' | 'damaged';

/**
 * Looks at the format of the cache in `dir`.
 * @throws CacheError `CACHE_BACKEND_FAILED` if a newer version wrote it, `CACHE_UNSAFE_ROOT` if the file is a link; the
 * system's error if it can't be read
 */
export function inspectFormat(dir: string): FormatFinding {
  const path = join(dir, FORMAT_FILE);
  const text = readFormatText(path);
  if (text === undefined) return 'missing';
  const format = parseFormat(text);
  // A newer version keeps the field, so a file without it was not written by one: it was cut or overwritten. The entries
  // are checked one by one anyway, so that going on is safe.
  if (format === undefined) return 'damaged';
  if (format > CACHE_FORMAT) {
    throw new CacheError(
      'CACHE_BACKEND_FAILED',
      `the cache directory ${dir} has format ${format}, and this version knows formats up to ${CACHE_FORMAT}; ` +
        'update the package, or choose another directory',
    );
  }
  return 'current';
}

/**
 * Writes the tag and the format file where they are missing.
 * @param stagingDir where the format file is written before it gets its name
 * @returns whether any was
 * @throws the system's error
 */
export function writeMarks(dir: string, format: FormatFinding, stagingDir: string): boolean {
  if (format !== 'current') {
    const text = `${JSON.stringify({ format: CACHE_FORMAT })}\n`;
    replaceFile(join(dir, FORMAT_FILE), text, join(stagingDir, `format-${randomBytes(8).toString('hex')}`));
  }
  const tagged = writeTag(join(dir, TAG_FILE));
  return tagged || format !== 'current';
}

function writeTag(path: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return false;
  try {
    const fd = createPrivateFile(path);
    try {
      writeSync(fd, TAG_TEXT);
    } finally {
      closeSync(fd);
    }
    return true;
  } catch (error) {
    // Another process made it at the same moment.
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function readFormatText(path: string): string | undefined {
  try {
    return readSmallFile(path, MAX_FORMAT_BYTES).toString('utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP' || code === 'EMLINK') {
      throw new CacheError('CACHE_UNSAFE_ROOT', `${path} is a symbolic link; remove it`, { cause: error });
    }
    if (code === 'EFTYPE') {
      throw new CacheError('CACHE_BACKEND_FAILED', `${path} is not a file; remove it`, { cause: error });
    }
    throw error;
  }
}

function parseFormat(text: string): number | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('format' in value)) return undefined;
    const { format } = value;
    return typeof format === 'number' && Number.isSafeInteger(format) && format > 0 ? format : undefined;
  } catch {
    return undefined;
  }
}

/** Says so. */
export function damagedFormat(dir: string): string {
  return `${join(dir, FORMAT_FILE)} was damaged; the cache is taken for one of format ${CACHE_FORMAT}`;
}
