import { lstatSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CacheError } from '@glovebox/cache-core';
import {
  comparePlaces,
  judgeLiveness,
  type ProcessIdentity,
  parseIdentity,
  threadIdentity,
} from '../process-identity.js';
import { fileSystemNow, isNotAFile, readSmallFile } from '../safe-files.js';
import { ignoreErrors, systemCode } from '../system-error.js';
import { ignoreMissing, isMissing } from './faults.js';

const POLL_MS = 2;
/** A gate is up for milliseconds. One of another machine, whose owner can't be asked for, is a dead one's after this. */
const FOREIGN_GATE_LIMIT_MS = 30_000;
/** The remover stops this long after raising: writers wait meanwhile. */
const HELD_LIMIT_MS = 500;
const MAX_GATE_BYTES = 4096;
/** Between two attempts at lowering a gate that could not be lowered. */
const LOWER_AGAIN_MS = 100;

/**
 * Keeps a removal that was decided on what a file held from removing what replaced it:
 *
 * ```
 * writer                                 remover (holds the maintenance lock)
 * 1. creates its staging file            1. raises the gate
 * 2. looks: is the gate up? then waits   2. lists the staging files, leaves their ids alone
 * 3. renames it over the entry           3. reads the entry again, unlinks it if it is still the old one
 *                                        4. lowers the gate
 * ```
 *
 * A writer that saw no gate looked before it was raised, so its staging file was there before the list was made: either
 * it is listed and its id left alone, or its rename came before the list and step 3 reads the new entry. Without the gate
 * a rename between the two halves of step 3 loses a write that has completed.
 */
export class RemovalGate {
  readonly #path: string;
  #isTryingAgain = false;
  /** A gate whose owner can't be judged from here, and its age when it was first seen. */
  #foreign: { readonly text: string; readonly ageMs: number; readonly seenAt: number } | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws the system's error: a gate that can't be looked for may be there */
  isUp(): boolean {
    return lstatSync(this.#path, { throwIfNoEntry: false }) !== undefined;
  }

  /**
   * Resolves once no living remover holds the gate. Its staging file must exist before a writer asks.
   * @throws CacheError `CACHE_LOCK_TIMEOUT` if it is still up after `timeoutMs`: its owner is stopped, not dead
   */
  async whenDown(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (this.#isBinding()) {
      if (performance.now() > deadline) {
        throw new CacheError(
          'CACHE_LOCK_TIMEOUT',
          `a cleanup in another process has kept writers out for ${timeoutMs} ms; is it stopped? Its pid is in ${this.#path}`,
        );
      }
      await delay(POLL_MS);
    }
  }

  /**
   * Runs `remove` with the gate up, synchronously; the caller holds the maintenance lock. `mayGoOn` tells it when it has
   * kept writers waiting long enough. `undefined`: another's gate is up, and nothing was done.
   */
  hold<T>(remove: (mayGoOn: () => boolean) => T): T | undefined {
    if (!this.#raise()) return undefined;
    const raisedAt = performance.now();
    try {
      return remove(() => performance.now() - raisedAt < HELD_LIMIT_MS);
    } finally {
      this.lowerOwn();
    }
  }

  /**
   * Takes the gate down if it is this thread's, and none that an heir has raised while this process was stopped for so
   * long that it was taken for dead.
   *
   * One that stays up keeps all other processes' writes out for as long as this one lives. So a fault is tried again
   * until it is over, after the cache is closed too; and it is to be called now and then, for a directory that was moved
   * away with the gate up, and comes back.
   * @throws the system's error, the first time
   */
  lowerOwn(): void {
    try {
      const text = this.#read();
      if (text !== undefined && isOwn(parseIdentity(parseJson(text)))) ignoreMissing(() => unlinkSync(this.#path));
    } catch (error) {
      this.#lowerLater();
      throw error;
    }
  }

  #lowerLater(): void {
    if (this.#isTryingAgain) return;
    this.#isTryingAgain = true;
    const tryAgain = () => {
      this.#isTryingAgain = false;
      ignoreErrors(() => this.lowerOwn());
    };
    setTimeout(tryAgain, LOWER_AGAIN_MS).unref();
  }

  /** `false` if another's is up. */
  #raise(): boolean {
    // The thread's identity: a worker that is terminated here leaves the gate up in a process that lives on.
    const content = JSON.stringify({ ...threadIdentity(), raisedAt: Date.now() });
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        writeFileSync(this.#path, content, { flag: 'wx', mode: 0o600 });
        return true;
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') {
          // Made but not written, on a full disk: it binds nobody, and must not stay.
          ignoreMissing(() => unlinkSync(this.#path));
          throw error;
        }
        if (this.#isBinding()) return false;
        // Its owner died. Nobody else takes it down at the same time: that is what the maintenance lock is for.
        ignoreMissing(() => unlinkSync(this.#path));
      }
    }
    return false;
  }

  /** Whether a gate is up whose owner may go on to remove something. */
  #isBinding(): boolean {
    let text: string | undefined;
    try {
      text = this.#read();
    } catch {
      // A gate that can't be read, for want of descriptors say, may be a living owner's.
      return true;
    }
    if (text === undefined) return false;
    const content = parseJson(text);
    const owner = parseIdentity(content);
    // Not written yet: its owner lists the staging files only afterwards, and will see the caller's.
    // And what this thread removes behind its gate, it removes in one go: when it looks, it is done.
    if (owner === undefined || isOwn(owner)) return false;
    const liveness = judgeLiveness(owner);
    return liveness === 'unknown' ? this.#foreignAgeMs(text) <= FOREIGN_GATE_LIMIT_MS : liveness === 'alive';
  }

  /** Milliseconds for which a gate has been up, by no clock of its owner's, nor by ours, which may be set. */
  #foreignAgeMs(text: string): number {
    if (this.#foreign?.text !== text) {
      const raisedAt = lstatSync(this.#path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      const ageMs = fileSystemNow(join(dirname(this.#path), 'tmp')) - raisedAt;
      this.#foreign = { text, ageMs, seenAt: performance.now() };
    }
    return this.#foreign.ageMs + performance.now() - this.#foreign.seenAt;
  }

  /** `undefined` if there is none: a link or a folder is nobody's gate. */
  #read(): string | undefined {
    try {
      return readSmallFile(this.#path, MAX_GATE_BYTES).toString('utf8');
    } catch (error) {
      if (isMissing(error) || isNotAFile(error)) return undefined;
      throw error;
    }
  }
}

function isOwn(owner: ProcessIdentity | undefined): boolean {
  const { pid, startTime, thread } = threadIdentity();
  return (
    owner?.pid === pid &&
    owner.startTime === startTime &&
    owner.thread?.id === thread?.id &&
    comparePlaces(owner, threadIdentity()) === 'here'
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
