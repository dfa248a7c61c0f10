import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { CacheError } from '@glovebox/cache-core';
import { isProcessAlive, parseIdentity, processIdentity } from '../process-identity.js';
import { ignoreMissing } from './faults.js';

const POLL_MS = 2;
/** A gate is up for milliseconds. One of another machine, whose owner can't be asked for, is a dead one's after this. */
const FOREIGN_GATE_LIMIT_MS = 30_000;
/** The remover stops this long after raising: writers wait meanwhile. */
const HELD_LIMIT_MS = 500;

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

  constructor(path: string) {
    this.#path = path;
  }

  isUp(): boolean {
    return existsSync(this.#path);
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
      ignoreMissing(() => unlinkSync(this.#path));
    }
  }

  #raise(): boolean {
    const content = JSON.stringify({ ...processIdentity(), raisedAt: Date.now() });
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        writeFileSync(this.#path, content, { flag: 'wx', mode: 0o600 });
        return true;
      } catch (error) {
        if (!existsSync(this.#path)) throw error;
        if (this.#isBinding()) return false;
        // Its owner died. Nobody else takes it down at the same time: that is what the maintenance lock is for.
        ignoreMissing(() => unlinkSync(this.#path));
      }
    }
    return false;
  }

  /** Whether a gate is up whose owner may go on to remove something. */
  #isBinding(): boolean {
    let content: unknown;
    try {
      content = JSON.parse(readFileSync(this.#path, 'utf8'));
    } catch {
      // Gone, or not written yet: its owner lists the staging files only after writing it, and will see the caller's.
      return false;
    }
    const owner = parseIdentity(content);
    if (owner === undefined) return false;
    const raisedAt =
      typeof content === 'object' && content !== null && 'raisedAt' in content ? Number(content.raisedAt) : 0;
    return isProcessAlive(owner, { ageMs: Math.abs(Date.now() - raisedAt), limitMs: FOREIGN_GATE_LIMIT_MS });
  }
}
