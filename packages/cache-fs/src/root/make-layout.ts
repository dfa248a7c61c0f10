import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../system-error.js';
import { damagedFormat, inspectFormat, writeMarks } from './format-marks.js';
import { makeIsolatedFolder } from './isolated-folder.js';
import { type CachePaths, LAYOUT_FOLDERS } from './layout.js';
import { ensurePrivateDirectory, inspectDirectory } from './trust.js';

/** Where a cache is to be. */
export interface CachePlace {
  readonly paths: CachePaths;
  /** Directories around it that belong to caches as well, outer ones first. */
  readonly containers: readonly string[];
  readonly namespace: string | undefined;
  readonly isProcessIsolated: boolean;
}

/**
 * Makes what is missing of the directories and marks of a cache, and checks the rest.
 * @param onWarning told what was damaged and made good
 * @returns whether anything was missing
 * @throws CacheError `CACHE_UNSAFE_ROOT`, `CACHE_BACKEND_FAILED` for a newer format; the system's error
 */
export function makeLayout(place: CachePlace, onWarning: (message: string) => void): boolean {
  const { paths, containers } = place;
  let made = false;
  for (const dir of containers) made = ensurePrivateDirectory(dir) || made;
  if (place.isProcessIsolated && inspectDirectory(paths.path).kind === 'missing') {
    made = makeIsolatedFolder(paths.path) || made;
  }
  made = ensurePrivateDirectory(paths.path) || made;

  const dirs = [...containers, paths.path];
  // All are looked at before anything is written into the first.
  const formats = dirs.map(inspectFormat);
  for (const folder of LAYOUT_FOLDERS) made = ensurePrivateDirectory(join(paths.path, folder)) || made;
  for (const [index, dir] of dirs.entries()) {
    const format = formats[index] ?? 'missing';
    if (format === 'damaged') onWarning(damagedFormat(dir));
    made = writeMarks(dir, format, paths.tmpDir) || made;
  }
  return made;
}

/** Whether there is a cache to read, for a directory where nothing can be made. */
export function holdsCache(paths: CachePaths): boolean {
  return inspectDirectory(paths.dataDir).kind === 'safe' && inspectFormat(paths.path) !== 'missing';
}

export function isWritable(paths: CachePaths): boolean {
  try {
    for (const dir of [paths.path, paths.dataDir, paths.tmpDir]) accessSync(dir, constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    if (isWriteRefusal(error)) return false;
    throw error;
  }
}

/** Whether the system said that nothing may be written there, as opposed to a fault. */
export function isWriteRefusal(error: unknown): boolean {
  return ['EROFS', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '');
}
