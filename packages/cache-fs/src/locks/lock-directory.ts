import { lstatSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../system-error.js';
import {
  Claim,
  type ClaimOptions,
  type ClaimState,
  newNonce,
  type ProperLockfile,
  pruneClaim,
  readClaim,
} from './claim.js';
import { formatRecord, type Holder, type OwnerJudge, type OwnerJudgeOptions } from './owner-judge.js';
import {
  CLAIM_GRACE_MS,
  DIRECTORY_PREFIX,
  firstGeneration,
  generationDirectory,
  isReader,
  OWNER_ONLY_DIRECTORY,
  parseGeneration,
  readerDirectory,
} from './protocol.js';

export interface LockDirectoryOptions extends Pick<OwnerJudgeOptions, 'self' | 'staleMs' | 'updateMs' | 'now'> {
  locksDir: string;
  judge: OwnerJudge;
  /** Makes `locksDir` when it is missing. */
  makeLocksDir: () => void;
  onLost: (name: string, error: Error) => void;
}

/** A lock held against other processes. */
export interface FileLock {
  /** The generation; a reader's is that of the last writer before it, or 0. */
  readonly generation: number;
  /** Whether there were readers, alive or not, when it was claimed: a writer has to outlast them. */
  readonly foundReaders: boolean;
  /** @throws the file system's error */
  isHeld(): boolean;
  /** @throws the file system's error */
  release(): void;
}

/** Who is in the way: not known when another process was only a little faster. */
export type Attempt<Lock> = { lock: Lock } | { blockedBy: Holder | undefined };

interface Listing {
  /** Ascending. */
  generations: readonly number[];
  /** Directory names. */
  readers: readonly string[];
}

type Inspection =
  | { holder: Holder; bygones?: undefined }
  | { holder: undefined; bygones: readonly [path: string, state: ClaimState][] };

/**
 * One attempt at a time at the locks of `protocol.ts`. Each runs to its end without giving up the thread: the only
 * interleavings are those with other processes and threads. All methods throw the file system's errors.
 */
export class LockDirectory {
  readonly #options: LockDirectoryOptions;
  readonly #lockfile: ProperLockfile;

  constructor(lockfile: ProperLockfile, options: LockDirectoryOptions) {
    this.#lockfile = lockfile;
    this.#options = options;
  }

  /** Keeps new readers and writers out. Readers from before may still be there: see {@link readerOf}. */
  claimExclusive(name: string): Attempt<FileLock> {
    const dir = this.#directoryOf(name);
    const found = this.#list(dir) ?? this.#makeDirectory(dir);
    const { holder } = this.#inspect(dir, found.generations, 'wait-for-claims');
    if (holder !== undefined) return { blockedBy: holder };

    const generation = nextGeneration(found.generations, this.#options.now());
    const claim = this.#make(name, join(dir, generationDirectory(generation)), newNonce(), 'mark');
    if (claim === undefined) return { blockedBy: undefined };
    const isHeld = () => claim.isRecorded() && this.#list(dir)?.generations.at(-1) === generation;
    return this.#settle(claim, () => {
      // X: lists [7 released]                           | Y: the same
      // X: mkdir 8, record, second look, works, release |
      // Z: mkdir 9, record, second look, works          | Y: slow until now, 8 was pruned: mkdir 8 succeeds
      // Only the second look tells Y that it is not the newest.
      const now = this.#list(dir);
      if (now?.generations.at(-1) !== generation || !claim.isRecorded()) return undefined;
      const others = now.generations.filter((other) => other !== generation);
      const { holder, bygones } = this.#inspect(dir, others);
      if (holder !== undefined) return undefined;
      // Only now that the lock is ours. Had we pruned on the way and lost then, the newest generation that was ever held
      // might be gone, and its number be used again.
      for (const [path, state] of bygones) pruneClaim(path, state);
      return { generation, foundReaders: now.readers.length > 0, isHeld, release: () => claim.release() };
    });
  }

  /** A reader that came before the writer who holds `name`; those that are gone are removed. */
  readerOf(name: string): Holder | undefined {
    const dir = this.#directoryOf(name);
    for (const reader of this.#list(dir)?.readers ?? []) {
      const path = join(dir, reader);
      const state = readClaim(path);
      const holder = this.#options.judge.holderOf(path, state);
      if (holder !== undefined) return holder;
      // One that is still being made will see the writer in its second look.
      pruneClaim(path, state);
    }
    return undefined;
  }

  /**
   * Joins the readers, unless a writer holds the lock or waits for readers to leave.
   *
   * A writer claims and then lists readers; a reader claims and then lists writers. Whichever listed last sees the other.
   */
  claimShared(name: string): Attempt<FileLock> {
    const dir = this.#directoryOf(name);
    const found = this.#list(dir) ?? this.#makeDirectory(dir);
    const { holder } = this.#inspect(dir, found.generations);
    if (holder !== undefined) return { blockedBy: holder };

    const nonce = newNonce();
    const claim = this.#make(name, join(dir, readerDirectory(nonce)), nonce, 'remove');
    if (claim === undefined) return { blockedBy: undefined };
    return this.#settle(claim, () => {
      const now = this.#list(dir);
      if (now === undefined || !claim.isRecorded()) return undefined;
      if (this.#inspect(dir, now.generations).holder !== undefined) return undefined;
      const isHeld = () => claim.isRecorded();
      const generation = now.generations.at(-1) ?? 0;
      return { generation, foundReaders: false, isHeld, release: () => claim.release() };
    });
  }

  /**
   * Removes the directory of a name that nobody has locked for `idleMs`; safe beside processes that lock it.
   * @returns whether it is gone
   */
  sweep(name: string, idleMs: number): boolean {
    const dir = this.#directoryOf(name);
    const found = this.#list(dir);
    if (found === undefined) return true;
    try {
      // Changed by every claim and every removal, but not by a release: that shows in the marker's directory.
      const newest = found.generations.at(-1);
      const changedAt = [dir, ...(newest === undefined ? [] : [join(dir, generationDirectory(newest))])];
      if (changedAt.some((path) => Math.abs(this.#options.now() - statSync(path).ctimeMs) <= idleMs)) return false;
      const { holder, bygones } = this.#inspect(dir, found.generations);
      if (holder !== undefined || this.readerOf(name) !== undefined) return false;
      for (const [path, state] of bygones) pruneClaim(path, state);
      rmdirSync(dir);
      return true;
    } catch (error) {
      // Somebody took the lock, or swept, at the same time.
      if (['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) return false;
      throw error;
    }
  }

  #directoryOf(name: string): string {
    return join(this.#options.locksDir, DIRECTORY_PREFIX + name);
  }

  #list(dir: string): Listing | undefined {
    let entries: string[];
    try {
      if (lstatSync(dir).isSymbolicLink()) throw Object.assign(new Error(`${dir} is a link`), { code: 'ELOOP' });
      entries = readdirSync(dir);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
    const generations: number[] = [];
    for (const entry of entries) {
      const generation = parseGeneration(entry);
      if (generation !== undefined) generations.push(generation);
    }
    return { generations: generations.sort((a, b) => a - b), readers: entries.filter(isReader) };
  }

  #makeDirectory(dir: string): Listing {
    try {
      makeDirectoryIfMissing(dir);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      this.#options.makeLocksDir();
      makeDirectoryIfMissing(dir);
    }
    return { generations: [], readers: [] };
  }

  /** The holder of one of `generations`, or, if none is in force, what there is to prune. */
  #inspect(dir: string, generations: readonly number[], courtesy?: 'wait-for-claims'): Inspection {
    const bygones: [path: string, state: ClaimState][] = [];
    for (const generation of generations) {
      const path = join(dir, generationDirectory(generation));
      const state = readClaim(path);
      const holder = this.#options.judge.holderOf(path, state);
      if (holder !== undefined) return { holder };
      // Courtesy only: going ahead would be safe, and make the other lose.
      if (courtesy !== undefined && state.kind === 'empty' && this.#isRecent(path)) return { holder: {} };
      bygones.push([path, state]);
    }
    return { holder: undefined, bygones };
  }

  #isRecent(path: string): boolean {
    const changedAt = statSync(path, { throwIfNoEntry: false })?.ctimeMs;
    return changedAt !== undefined && Math.abs(this.#options.now() - changedAt) <= CLAIM_GRACE_MS;
  }

  #make(name: string, path: string, nonce: string, onRelease: ClaimOptions['onRelease']): Claim | undefined {
    const { staleMs, updateMs, self, now, onLost } = this.#options;
    return Claim.make(path, nonce, {
      lockfile: this.#lockfile,
      record: formatRecord(self, now()),
      staleMs,
      updateMs,
      onRelease,
      onLost: (error) => onLost(name, error),
    });
  }

  /** Takes the second look, and gives the claim up if it was lost. */
  #settle(claim: Claim, look: () => FileLock | undefined): Attempt<FileLock> {
    let lock: FileLock | undefined;
    try {
      lock = look();
    } finally {
      if (lock === undefined) claim.withdraw();
    }
    return lock === undefined ? { blockedBy: undefined } : { lock };
  }
}

/** For its owner alone, without its parents. */
export function makeDirectoryIfMissing(path: string): void {
  try {
    mkdirSync(path, { mode: OWNER_ONLY_DIRECTORY });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

function nextGeneration(generations: readonly number[], nowMs: number): number {
  const newest = generations.at(-1);
  return newest === undefined ? firstGeneration(nowMs) : newest + 1;
}
