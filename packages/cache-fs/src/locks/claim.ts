import { randomBytes } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { LockOptions } from 'proper-lockfile';
import { ignoreErrors, systemCode } from '../system-error.js';
import { FREE_PREFIX, HELD_PREFIX, OWNER_ONLY_DIRECTORY, OWNER_ONLY_FILE } from './protocol.js';

/** The part of proper-lockfile that is used here. */
export interface ProperLockfile {
  lockSync(file: string, options: LockOptions): () => void;
}

export interface ClaimOptions {
  lockfile: ProperLockfile;
  /** The owner's record as it goes into the file: not empty, since an empty one is a claim still being made. */
  record: string;
  staleMs: number;
  updateMs: number;
  /** A generation leaves a marker, so that its number is not used again; a reader leaves nothing. */
  onRelease: 'mark' | 'remove';
  /** Called from a timer when the claim was lost; must not throw. */
  onLost: (error: Error) => void;
}

/** `'empty'`: made, but its owner has not written its record, or a remover was interrupted. */
export type ClaimState =
  | { kind: 'gone' }
  | { kind: 'empty' }
  | { kind: 'free'; files: readonly string[] }
  | { kind: 'held'; files: readonly string[] };

export function newNonce(): string {
  return randomBytes(8).toString('hex');
}

/** Those of this thread that are in force, given up when it exits: nobody then has to find out that it is gone. */
const claims = new Set<Claim>();
let isExitWatched = false;

function releaseAtExit(claim: Claim): void {
  claims.add(claim);
  if (isExitWatched) return;
  isExitWatched = true;
  process.once('exit', () => {
    for (const each of claims) ignoreErrors(() => each.release());
  });
}

/** A directory made by this process, with a record in it, kept fresh by proper-lockfile. */
export class Claim {
  readonly path: string;
  readonly #nonce: string;
  #onRelease: 'mark' | 'remove';
  #unlock: (() => void) | undefined;
  #isLost = false;

  /**
   * Makes the directory at `path` and writes the record.
   * @returns `undefined` if somebody else was faster, or removed the directory around it meanwhile
   * @throws the file system's error
   */
  static make(path: string, nonce: string, options: ClaimOptions): Claim | undefined {
    const claim = new Claim(path, nonce, options.onRelease);
    try {
      claim.#unlock = options.lockfile.lockSync(path, {
        lockfilePath: path,
        realpath: false,
        stale: options.staleMs,
        update: options.updateMs,
        fs: claim.#fileSystem(options.record),
        // The default throws out of a timer.
        onCompromised: (error) => {
          claim.#isLost = true;
          options.onLost(error);
        },
      });
    } catch (error) {
      if (['ELOCKED', 'ENOENT'].includes(systemCode(error) ?? '') || isDeletePending(error)) return undefined;
      throw error;
    }
    releaseAtExit(claim);
    return claim;
  }

  private constructor(path: string, nonce: string, onRelease: 'mark' | 'remove') {
    this.path = path;
    this.#nonce = nonce;
    this.#onRelease = onRelease;
  }

  /** Whether the directory holds our record and nobody else's. */
  isRecorded(): boolean {
    if (this.#isLost || this.#unlock === undefined) return false;
    const state = readClaim(this.path);
    return state.kind === 'held' && state.files.length === 1 && state.files[0] === HELD_PREFIX + this.#nonce;
  }

  /** Gives the claim up; does nothing the second time, nor to the claim of whoever took it over. */
  release(): void {
    const unlock = this.#unlock;
    if (unlock === undefined) return;
    this.#unlock = undefined;
    claims.delete(this);
    // proper-lockfile refuses to release what it saw compromised, but our record may still be in force for others.
    if (this.#isLost) this.#leave();
    else unlock();
  }

  /**
   * Takes back a claim that never became a lock, leaving no marker: where the numbers of two processes differ, it would
   * be newer than the lock of the one that has it, who would take itself for superseded.
   */
  withdraw(): void {
    this.#onRelease = 'remove';
    this.release();
  }

  /**
   * What proper-lockfile sees of the disk. Its `mkdir` also writes the record, before the time of the directory is
   * noted: a file made in it later would change that time, and the next heartbeat would take it for a thief's. Its
   * `rmdir`, called on release, leaves the marker; called to remove the old lock of another, it does nothing, since it
   * knows no record but ours.
   */
  #fileSystem(record: string) {
    return {
      mkdirSync: (path: string) => {
        mkdirSync(path, { mode: OWNER_ONLY_DIRECTORY });
        const held = join(path, HELD_PREFIX + this.#nonce);
        try {
          writeFileSync(held, record, { flag: 'wx', mode: OWNER_ONLY_FILE });
        } catch (error) {
          ignoreErrors(() => unlinkSync(held));
          ignoreErrors(() => rmdirSync(path));
          throw error;
        }
      },
      rmdirSync: () => this.#leave(),
      statSync,
      utimesSync,
      realpathSync,
    };
  }

  /** Bound to our nonce, so that it can't touch the record of another that has made the same path again. */
  #leave(): void {
    const held = join(this.path, HELD_PREFIX + this.#nonce);
    try {
      if (this.#onRelease === 'remove') {
        unlinkSync(held);
        // An empty one binds nobody.
        ignoreErrors(() => rmdirSync(this.path));
      } else {
        markFree(held, join(this.path, FREE_PREFIX + this.#nonce));
      }
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
}

/** @throws the file system's error, unless the claim is gone */
export function readClaim(path: string): ClaimState {
  let files: string[];
  try {
    // A link would lead to a folder that is none of ours, and what is in it be read, and pruned, as a claim.
    if (lstatSync(path).isSymbolicLink()) return { kind: 'gone' };
    files = readdirSync(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'gone' };
    throw error;
  }
  const held = files.filter((file) => file.startsWith(HELD_PREFIX));
  if (held.length > 0) return { kind: 'held', files: held };
  const free = files.filter((file) => file.startsWith(FREE_PREFIX));
  return free.length > 0 ? { kind: 'free', files: free } : { kind: 'empty' };
}

/**
 * Removes a claim that was seen not to be in force, as far as possible. By the names seen: one made at the same path
 * since then has other names, and its directory is not empty.
 */
export function pruneClaim(path: string, seen: ClaimState): void {
  if (seen.kind === 'gone') return;
  if ('files' in seen) for (const file of seen.files) ignoreErrors(() => unlinkSync(join(path, file)));
  ignoreErrors(() => rmdirSync(path));
}

function markFree(held: string, free: string): void {
  try {
    renameSync(held, free);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw error;
    // Without a record it is in nobody's way either, and its directory still keeps the number.
    unlinkSync(held);
  }
}

/** On Windows a name stays taken, and refused, until the last handle to what was removed there is closed. */
function isDeletePending(error: unknown): boolean {
  return process.platform === 'win32' && ['EPERM', 'EBUSY', 'EACCES'].includes(systemCode(error) ?? '');
}
