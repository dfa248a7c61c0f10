import { COUNTER, isCacheError, isExpired } from '@glovebox/cache-core';
import type { WriterCounters } from '../counters/writer-counters.js';
import type { HeldLock } from '../locks/held-lock.js';
import type { LockManager } from '../locks/lock-manager.js';
import { nodeModule } from '../node-module.js';
import { type IsDone, isDead, type RemovedEntry, type Suspects, type Sweeper } from './sweeper.js';
import type { UsageRecords } from './usage-records.js';

const MAINTENANCE_LOCK = 'maintenance';
const STATS_LOCK = 'stats';
/** Longest that closing waits for another process's flush. */
const CLOSE_WAIT_MS = 1_000;
/** Longest that a write waits for a cleanup under way before live entries go in the place of expired ones. */
const EXPIRED_WAIT_MS = 1_000;
/** What moves the totals. */
const CHANGES = ['setCount', 'deleteCount', 'evictionCount', 'expiredCount'] as const;

export interface StoreMaintenanceParts {
  readonly sweeper: Sweeper;
  readonly usage: UsageRecords;
  readonly statistics: WriterCounters;
  readonly locks: LockManager;
  /** Told of each entry removed, by whichever sweep. */
  readonly onRemoved: (removed: RemovedEntry) => void;
}

/** What happens beside the operations: each kind under its lock, so that one process at a time does it. */
export class StoreMaintenance {
  readonly sweeper: Sweeper;
  readonly #usage: UsageRecords;
  readonly #statistics: WriterCounters;
  readonly #locks: LockManager;
  readonly #onRemoved: StoreMaintenanceParts['onRemoved'];
  /** Ids, and for some the generation that is of no use. */
  readonly #suspects = new Map<string, string | undefined>();
  /** Somebody has kept the lock for longer than a write waits: the next one only tries. */
  #hasWaitedInVain = false;

  constructor({ sweeper, usage, statistics, locks, onRemoved }: StoreMaintenanceParts) {
    this.sweeper = sweeper;
    this.#usage = usage;
    this.#statistics = statistics;
    this.#locks = locks;
    this.#onRemoved = onRemoved;
  }

  /**
   * Notes an id whose entry a read found expired, invalidated or damaged.
   * @param generation of an entry that is to be removed though nothing is wrong with its files
   */
  suspect(id: string, generation?: string): void {
    this.#suspects.set(id, generation ?? this.#suspects.get(id));
  }

  /** Removes suspects that are still expired, invalidated or damaged; leaves them for the next time if another process cleans up now. */
  async removeSuspects(now: number): Promise<void> {
    if (this.#suspects.size === 0) return;
    const noted = new Map(this.#suspects);
    this.#suspects.clear();
    const suspects = await this.sweeper.uselessGenerations(noted);
    const hadTurn = await this.#withLockIfFree(MAINTENANCE_LOCK, (lock) => this.#removeDeadUnder(lock, suspects, now));
    if (!hadTurn) this.#noteAgain(noted);
  }

  #noteAgain(noted: Suspects): void {
    for (const [id, generation] of noted) this.suspect(id, this.#suspects.get(id) ?? generation);
  }

  /**
   * Makes room: removes those of `ids` that have expired, in their grace or not, after a cleanup that is at it; unless
   * that takes too long.
   */
  async removeExpired(ids: readonly string[], now: number): Promise<void> {
    if (ids.length === 0) return;
    const suspects = new Map(ids.map((id) => [id, undefined]));
    const timeoutMs = this.#hasWaitedInVain ? 0 : EXPIRED_WAIT_MS;
    try {
      await this.#locks.withExclusive(
        MAINTENANCE_LOCK,
        (lock) => this.#removeDeadUnder(lock, suspects, now, isExpired),
        {
          timeoutMs,
        },
      );
      this.#hasWaitedInVain = false;
    } catch (error) {
      if (!isCacheError(error, 'CACHE_LOCK_TIMEOUT')) throw error;
      this.#hasWaitedInVain = true;
    }
  }

  /**
   * Removes every entry there is at the start, by `remove`; while no other process cleans up, or anyway if that takes
   * longer than `timeoutMs`.
   */
  async clear(timeoutMs: number, remove: (id: string) => Promise<void>): Promise<void> {
    let hasStarted = false;
    const removeAll = async () => {
      hasStarted = true;
      const faults: unknown[] = [];
      for await (const id of this.sweeper.ids()) {
        try {
          await remove(id);
        } catch (error) {
          faults.push(error);
        }
      }
      if (faults.length > 0) throw faults[0];
    };
    try {
      await this.#locks.withExclusive(
        MAINTENANCE_LOCK,
        async (lock) => {
          await removeAll();
          // Blobs and records of entries that could not be read go too: a clear is for the room as well.
          await this.sweeper.removeOrphans(() => lock.isHeld());
        },
        { timeoutMs },
      );
    } catch (error) {
      if (hasStarted) throw error;
      // The lock spares others work in vain; removing what is there needs none.
      await removeAll();
    }
  }

  /**
   * Looks at the whole store and removes what is expired, invalidated, damaged or left behind; sets the totals right.
   * @param options.waitMs how long to wait for another process that is at it; then nothing is done
   * @param options.mayGoOn asked now and then
   * @returns entries removed
   */
  async sweep(now: number, { waitMs, mayGoOn }: { waitMs: number; mayGoOn: () => boolean }): Promise<number> {
    let removed = 0;
    const task = async (lock: HeldLock) => {
      removed = await this.#sweepUnder(() => lock.isHeld() && mayGoOn(), now);
    };
    if (waitMs === 0) await this.#withLockIfFree(MAINTENANCE_LOCK, task);
    else await this.#locks.withExclusive(MAINTENANCE_LOCK, task, { timeoutMs: waitMs });
    return removed;
  }

  /** Writes usage records and the statistics file, if no other process is at it; else they stay for the next time. */
  async flush(): Promise<boolean> {
    return this.#withLockIfFree(STATS_LOCK, (lock) => this.#flushUnder(lock));
  }

  /**
   * Flushes and closes; closes also if the flush fails, and then throws.
   * @param isFlushed whether there is anything that others should see
   */
  async close(isFlushed: boolean): Promise<void> {
    try {
      if (isFlushed)
        await this.#locks.withExclusive(STATS_LOCK, (lock) => this.#closeUnder(lock), { timeoutMs: CLOSE_WAIT_MS });
    } catch (error) {
      // Recency is lost, nothing else: the counters are in this writer's own file, for another process to fold.
      if (!isCacheError(error, 'CACHE_LOCK_TIMEOUT')) throw error;
    } finally {
      this.#statistics.close();
      await this.#locks.close();
    }
  }

  async #flushUnder(lock: HeldLock): Promise<void> {
    try {
      await this.#usage.flush();
    } finally {
      // Stopped meanwhile and taken for dead, it would undo what its heir has folded.
      if (lock.isHeld()) this.#statistics.fold();
    }
  }

  async #closeUnder(lock: HeldLock): Promise<void> {
    try {
      await this.#usage.flush();
    } finally {
      // A closed writer is folded like one that is gone.
      this.#statistics.close();
      if (lock.isHeld()) this.#statistics.fold();
    }
  }

  async #sweepUnder(mayGoOn: () => boolean, now: number): Promise<number> {
    const expected = this.#lookAtTotals();
    const found = { totalEntries: 0, totalSizeBytes: 0 };
    const noted = new Map(this.#suspects);
    this.#suspects.clear();
    const dead = new Map(await this.sweeper.uselessGenerations(noted));
    for await (const id of this.sweeper.ids()) {
      const inspection = this.sweeper.inspect(id, now);
      if (inspection.state === 'missing') continue;
      found.totalEntries++;
      if ('header' in inspection) found.totalSizeBytes += inspection.header.sizeBytes;
      if (isDead(inspection) && !dead.has(id)) dead.set(id, undefined);
      if (!mayGoOn()) {
        this.#noteAgain(noted);
        return 0;
      }
    }
    const isRight = expected.entries === found.totalEntries && expected.bytes === found.totalSizeBytes;
    // Totals that moved while the store was looked at, or while the lock was waited for, can't be held against what was found.
    const isComparable = () => nodeModule('node:util').isDeepStrictEqual(this.#lookAtTotals(), expected);
    if (!isRight && isComparable()) {
      await this.#withLockIfFree(STATS_LOCK, async () => {
        if (isComparable()) this.#statistics.correct(found);
      });
    }
    const removed = await this.sweeper.removeDead(dead, now, mayGoOn, this.#onRemoved);
    await this.sweeper.removeOrphans(mayGoOn);
    await this.flush();
    await this.#locks.sweep();
    return removed;
  }

  /**
   * The totals, and all that tells that they have moved: an entry that is removed and written again meanwhile leaves them
   * as they were, but not what was counted.
   */
  #lookAtTotals() {
    const { entries, bytes, counters } = this.#statistics.readAll();
    const changes = CHANGES.map((name) => counters[COUNTER[name]]);
    return { entries, bytes, changes, adjustments: this.#statistics.adjustments };
  }

  #removeDeadUnder(lock: HeldLock, suspects: Suspects, now: number, isDone?: IsDone): Promise<number> {
    return this.sweeper.removeDead(suspects, now, () => lock.isHeld(), this.#onRemoved, isDone);
  }

  async #withLockIfFree(name: string, task: (lock: HeldLock) => Promise<unknown>): Promise<boolean> {
    const lock = await this.#locks.tryExclusive(name);
    if (lock === undefined) return false;
    try {
      await task(lock);
    } finally {
      await lock.release();
    }
    return true;
  }
}
