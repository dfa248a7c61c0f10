import { execFileSync, type SpawnSyncOptions, spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isCacheError } from '@glovebox/cache-core';
import { afterEach } from 'vitest';
import { type CacheRootOptions, openCacheRoot } from '../../src/root/cache-root.js';

export const isRoot = process.geteuid?.() === 0;
export const hasModes = process.geteuid !== undefined;
/** A user that owns nothing. */
export const OTHER_UID = 65_533;

const made: string[] = [];

afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

/** A private directory that goes after the test. */
export function tempDir(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'glovebox-test-')));
  made.push(path);
  return path;
}

export const openRootsScript = fileURLToPath(new URL('./fixtures/open-roots.ts', import.meta.url));

export interface OpenedOrRefused {
  readonly path?: string;
  readonly isReadOnly?: boolean;
  readonly warnings?: string[];
  readonly code?: string;
  readonly message?: string;
}

/** What opening a root gives in another process: of another user, umask or TMPDIR. */
export function openElsewhere(
  options: CacheRootOptions,
  how: { umask?: number; uid?: number; env?: Record<string, string>; wrapper?: string[] } = {},
): OpenedOrRefused {
  const command = [
    ...(how.wrapper ?? []),
    process.execPath,
    openRootsScript,
    JSON.stringify({ umask: how.umask, options: [options] }),
  ];
  const spawnOptions: SpawnSyncOptions = {
    env: { ...process.env, NODE_OPTIONS: '', ...how.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(how.uid !== undefined && { uid: how.uid, gid: how.uid }),
  };
  const [program = '', ...args] = command;
  const result = spawnSync(program, args, { ...spawnOptions, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`exit code ${result.status}: ${result.stderr} ${result.error ?? ''}`);
  return JSON.parse(result.stdout);
}

/** What opening the default root gives where `directory` is the one for temporary files. */
export function openDefaultIn(directory: string): OpenedOrRefused {
  const before = { TMPDIR: process.env.TMPDIR, TEMP: process.env.TEMP };
  Object.assign(process.env, { TMPDIR: directory, TEMP: directory });
  try {
    const { path, isReadOnly, warnings } = openCacheRoot();
    return { path, isReadOnly, warnings: [...warnings] };
  } catch (error) {
    if (isCacheError(error)) return { code: error.code, message: error.message };
    throw error;
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** Every path below `dir` with its kind, mode and content: equal before and after when nothing was touched. */
export function snapshot(dir: string): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (path: string, name: string) => {
    const stats = lstatSync(path);
    const mode = (stats.mode & 0o7777).toString(8);
    if (stats.isSymbolicLink()) found[name] = `link to ${readlinkSync(path)}`;
    else if (!stats.isDirectory()) found[name] = `${mode} ${readFileSync(path, 'utf8')}`;
    else {
      found[`${name}/`] = mode;
      for (const each of readdirSync(path)) visit(join(path, each), `${name}/${each}`);
    }
  };
  visit(dir, '.');
  return found;
}

export function modeOf(path: string): string {
  return (lstatSync(path).mode & 0o7777).toString(8);
}

/** Whether a user other than root can run this Node and reach the test's files. */
export function canRunAs(uid: number): boolean {
  if (!isRoot) return false;
  try {
    execFileSync(process.execPath, [openRootsScript, '{"options":[]}'], { uid, gid: uid, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A directory that others can reach, unlike {@link tempDir}. */
export function sharedTempDir(): string {
  const path = tempDir();
  chmodSync(path, 0o755);
  return path;
}

/** The error of opening, which has to be a CacheError. */
export function refusal(options: Parameters<typeof openCacheRoot>[0]): { code: string; message: string } {
  try {
    openCacheRoot(options);
  } catch (error) {
    if (isCacheError(error)) return error;
    throw error;
  }
  throw new Error('it opened');
}
