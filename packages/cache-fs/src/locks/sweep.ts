import { readdirSync } from 'node:fs';
import { systemCode } from '../system-error.js';
import type { LockDirectory } from './lock-directory.js';
import { DIRECTORY_PREFIX, LOCK_NAME } from './protocol.js';

/**
 * Removes the directories of locks that nobody has had for `idleMs`, of `maxNames` at most.
 * @returns how many are gone
 * @throws the file system's error
 */
export function sweepIdle(directory: LockDirectory, locksDir: string, idleMs: number, maxNames: number): number {
  const names = listNames(locksDir);
  // From anywhere, or a few busy locks at the beginning would shield all others.
  const start = names.length > maxNames ? Math.floor(Math.random() * names.length) : 0;
  let swept = 0;
  for (const name of [...names.slice(start), ...names.slice(0, start)].slice(0, maxNames)) {
    if (directory.sweep(name, idleMs)) swept++;
  }
  return swept;
}

function listNames(locksDir: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(locksDir);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
  const names: string[] = [];
  for (const entry of entries) {
    const name = entry.slice(DIRECTORY_PREFIX.length);
    if (entry.startsWith(DIRECTORY_PREFIX) && LOCK_NAME.test(name)) names.push(name);
  }
  return names;
}
