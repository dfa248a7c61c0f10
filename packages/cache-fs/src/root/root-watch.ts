import { lstatSync } from 'node:fs';
import { type CacheError, isCacheError } from '@glovebox/cache-core';
import { ignoreErrors } from '../system-error.js';
import type { CacheRoot } from './cache-root.js';

export interface RootWatchEvents {
  /** Something was missing and has been made. */
  readonly onMade: () => void;
  /** The folder of the entries is not the one of the last look: what was known of them is void. */
  readonly onReplaced: () => void;
}

/**
 * Looks whether an open cache's directory is still there and may still be used. A cleaner of temporary files may remove
 * it or a part of it, its user may move it or put a link in its place, a newer version may take it over.
 */
export class RootWatch {
  readonly #root: CacheRoot;
  readonly #events: RootWatchEvents;
  /** `undefined` as long as a fault keeps it from being known. */
  #entriesIdentity: string | undefined;
  #refusal: CacheError | undefined;

  constructor(root: CacheRoot, events: RootWatchEvents) {
    this.#root = root;
    this.#events = events;
    // A fault here is no reason not to open: the next look will tell.
    ignoreErrors(() => {
      this.#entriesIdentity = identityOf(root.dataDir);
    });
  }

  /** Why nothing may be written, as of the last look: the directory is unsafe, or a newer version's. */
  get refusal(): CacheError | undefined {
    return this.#refusal;
  }

  /**
   * Makes what is missing, with the checks of the opening. About ten system calls.
   * @throws CacheError `CACHE_UNSAFE_ROOT` or `CACHE_BACKEND_FAILED`
   */
  look(): void {
    let hasMade: boolean;
    try {
      hasMade = this.#root.ensure();
    } catch (error) {
      if (isVerdict(error)) this.#refusal = error;
      throw error;
    }
    this.#refusal = undefined;
    const identity = identityOf(this.#root.dataDir);
    const isReplaced = this.#entriesIdentity !== undefined && identity !== this.#entriesIdentity;
    this.#entriesIdentity = identity;
    if (isReplaced) this.#events.onReplaced();
    if (hasMade) this.#events.onMade();
  }

  /** Costs nothing unless the last look found a reason to refuse. @throws CacheError the reason, if it still holds */
  checkWritable(): void {
    if (this.#refusal !== undefined) this.look();
  }

  /** As {@link checkWritable}: a newer version's entries tell themselves, so that only an unsafe directory is not read. */
  checkReadable(): void {
    if (this.#refusal?.code === 'CACHE_UNSAFE_ROOT') this.look();
  }
}

/** What was decided by looking, as opposed to a fault of the file system, which is the error's cause. */
function isVerdict(error: unknown): error is CacheError {
  return isCacheError(error) && (error.code === 'CACHE_UNSAFE_ROOT' || error.cause === undefined);
}

/** Inode numbers are used again at once, so the time of birth counts too where the file system keeps it. */
function identityOf(path: string): string {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? 'missing' : `${stats.dev}:${stats.ino}:${stats.birthtimeNs}`;
}
