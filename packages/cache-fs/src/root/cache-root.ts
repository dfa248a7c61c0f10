import { realpathSync, rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CacheError, checkOptions, isCacheError, type OptionRules, optionRules } from '@glovebox/cache-core';
import { reasonOf } from '../system-error.js';
import { chooseRoot } from './choose-root.js';
import { inspectFormat } from './format-marks.js';
import { moveAside } from './isolated-folder.js';
import { enterIsolatedFolder, leaveIsolatedFolder } from './isolated-users.js';
import { CachePaths } from './layout.js';
import { type CachePlace, holdsCache, isWritable, isWriteRefusal, makeLayout } from './make-layout.js';
import { NAMESPACE_PREFIX, namespaceFolder, namespaceRule } from './namespace-folder.js';
import { type SweepOptions, sweepDeadFolders } from './sweep-dead.js';
import { ensurePrivateDirectory, inspectDirectory, openParentOf } from './trust.js';

/** Namespaces looked into for folders of dead processes at one start. */
const MAX_SWEPT_NAMESPACES = 100;

export interface CacheRootOptions {
  /** Made with its parents if missing, for this user alone. @default `<os.tmpdir()>/glovebox_cache` */
  cacheRoot?: string | undefined;
  /** A cache of its own in a folder of the root: its own entries, limits and statistics. @default none */
  namespace?: string | undefined;
  /** A folder of this process (and thread) alone, removed when its last cache closes. @default false */
  processIsolated?: boolean | undefined;
}

/** Rules of {@link CacheRootOptions}. */
export const cacheRootRules = {
  cacheRoot: (value: unknown) =>
    typeof value === 'string' && value !== '' && !value.includes('\0') ? undefined : 'the path of a directory',
  namespace: namespaceRule,
  processIsolated: optionRules.boolean,
} as const satisfies OptionRules;

/**
 * Opens the directory of a cache, and makes what is missing.
 * @throws CacheError `CACHE_UNSAFE_ROOT` if another user could change what is stored, or a link stands in a directory's
 * place; `CACHE_BACKEND_FAILED` if it can neither be written to nor holds a cache to read, or is of a newer format;
 * `CACHE_INVALID_CONFIG`
 */
export function openCacheRoot(options: CacheRootOptions = {}): CacheRoot {
  checkOptions('filesystem cache', options, cacheRootRules);
  const { namespace, processIsolated: isProcessIsolated = false } = options;
  const rootPath = wrapFaults(options.cacheRoot ?? 'the default directory', () => chooseRoot(options.cacheRoot));
  return wrapFaults(rootPath, () => {
    const containers = namespace === undefined ? [rootPath] : [rootPath, join(rootPath, namespaceFolder(namespace))];
    // A newer format is found before anything is made.
    for (const dir of containers) if (inspectDirectory(dir).kind === 'safe') inspectFormat(dir);
    if (!isProcessIsolated) {
      const paths = new CachePaths(containers.pop() ?? rootPath);
      return new CacheRoot(rootPath, { paths, containers, namespace, isProcessIsolated });
    }
    for (const dir of containers) ensurePrivateDirectory(dir);
    const parentPath = realpathSync(containers.at(-1) ?? rootPath);
    const paths = new CachePaths(enterIsolatedFolder(parentPath));
    try {
      return new CacheRoot(rootPath, { paths, containers, namespace, isProcessIsolated });
    } catch (error) {
      if (leaveIsolatedFolder(paths.path)) rmSync(paths.path, { recursive: true, force: true });
      throw error;
    }
  });
}

/** A directory that may be trusted, with all the folders of a cache. Made by {@link openCacheRoot}. */
export class CacheRoot extends CachePaths {
  /** The directory given or chosen: the cache is in it, or is it. */
  readonly rootPath: string;
  readonly namespace: string | undefined;
  readonly isProcessIsolated: boolean;
  /** The directory holds a cache and can't be written to: entries can be read, and nothing else. */
  readonly isReadOnly: boolean;
  /** What the user should know though it stops nothing: to be logged once. */
  readonly warnings: readonly string[];
  readonly #place: CachePlace;
  #hasLeft = false;

  constructor(rootPath: string, place: CachePlace) {
    super(place.paths.path);
    this.#place = place;
    this.rootPath = rootPath;
    this.namespace = place.namespace;
    this.isProcessIsolated = place.isProcessIsolated;
    const warnings: string[] = [];
    this.isReadOnly = !makeOrRead(place, warnings);
    if (this.isReadOnly) warnings.push(`${this.path} can't be written to: its entries are read, and none are stored`);
    const openParent = openParentOf(this.path);
    if (openParent !== undefined) {
      warnings.push(
        `every user can rename what is in ${openParent}, and so put another cache in the place of ${this.path}; ` +
          `run \`chmod +t ${openParent}\`, or choose another cacheRoot, unless you are the only user`,
      );
    }
    this.warnings = Object.freeze(warnings);
  }

  /**
   * Makes what is missing, with the checks of the opening: for when a cleaner of temporary files was there.
   * @returns whether anything was missing
   * @throws CacheError `CACHE_UNSAFE_ROOT` if something else took a place meanwhile, or `CACHE_BACKEND_FAILED`
   */
  ensure(): boolean {
    if (this.isReadOnly || this.#hasLeft) return false;
    return wrapFaults(this.path, () => makeLayout(this.#place, () => {}));
  }

  /**
   * At close: removes the process's folder once its last cache has left it. Nothing for a cache that is not isolated,
   * and nothing the second time.
   * @throws CacheError `CACHE_BACKEND_FAILED`; what is left goes with the process
   */
  async removeIsolated(): Promise<void> {
    if (!this.isProcessIsolated || this.#hasLeft) return;
    this.#hasLeft = true;
    if (!leaveIsolatedFolder(this.path)) return;
    try {
      const aside = moveAside(this.path);
      if (aside !== undefined) await rm(aside, { recursive: true, force: true });
    } catch (error) {
      throw backendFailed(this.path, error);
    }
  }

  /**
   * Removes folders of dead processes, of this cache's namespace and all others, a bounded number a call. Never rejects.
   * @returns folders removed
   */
  async sweepDeadProcesses(options: SweepOptions = {}): Promise<number> {
    const names = await readdir(this.rootPath).catch(() => []);
    const namespaces = names.filter((name) => name.startsWith(NAMESPACE_PREFIX)).slice(0, MAX_SWEPT_NAMESPACES);
    return sweepDeadFolders([this.rootPath, ...namespaces.map((name) => join(this.rootPath, name))], options);
  }
}

/** @returns whether the cache can be written to */
function makeOrRead(place: CachePlace, warnings: string[]): boolean {
  try {
    makeLayout(place, (message) => warnings.push(message));
  } catch (error) {
    if (isWriteRefusal(error) && !place.isProcessIsolated && holdsCache(place.paths)) return false;
    throw error;
  }
  return isWritable(place.paths);
}

function wrapFaults<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw isCacheError(error) ? error : backendFailed(path, error);
  }
}

function backendFailed(path: string, cause: unknown): CacheError {
  const advice = isWriteRefusal(cause) ? 'make it writable for this user, or choose another cacheRoot' : undefined;
  return new CacheError(
    'CACHE_BACKEND_FAILED',
    `${path} can't be used as a cache directory: ${reasonOf(cause)}${advice === undefined ? '' : `; ${advice}`}`,
    { cause },
  );
}
