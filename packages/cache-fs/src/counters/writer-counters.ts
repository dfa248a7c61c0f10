import { type CacheCounters, CacheError, isCacheError, type StoreTotals, snapshotStats } from '@glovebox/cache-core';
import { type ProcessIdentity, threadIdentity } from '../process-identity.js';
import type { CachePaths } from '../root/layout.js';
import { reasonOf } from '../system-error.js';
import { type CounterBase, emptyBase, readBase, setDamagedBaseAside, writeBase } from './base-file.js';
import type { WriterTotals } from './counter-record.js';
import { planFold, removeFolded } from './fold-writers.js';
import { add, type CounterTotals, readTotals, startFrom } from './read-totals.js';
import { WriterFile } from './writer-file.js';

export interface WriterCountersOptions {
  readonly paths: CachePaths;
  /** Keeps the counters in memory alone. @default false */
  readonly isReadOnly?: boolean;
  /** Told of faults and of damage, each once until it is over. Must not throw. */
  readonly onFault: (error: CacheError) => void;
  /** Epoch milliseconds. @default the system's time */
  readonly now?: () => number;
  /** Whose life decides whether the file may be folded. @default this thread's */
  readonly identity?: ProcessIdentity;
}

/**
 * The statistics of a cache that many processes share, exact even if they are killed: each instance of the cache keeps a
 * file of its own, which holds a count before the operation that counts is over, and what writers that are gone have
 * counted is added up in `.cache_stats.json`.
 *
 * {@link fold}, {@link publish} and {@link correct} replace that file, so no two of them may run at once: they are called
 * under a lock that excludes other processes, or, where there is none, not at all. Everything else needs no lock.
 */
export class WriterCounters {
  readonly #paths: CachePaths;
  readonly #canWrite: boolean;
  readonly #onFault: (error: CacheError) => void;
  readonly #now: () => number;
  readonly #writer: WriterFile;
  readonly #knownDamage = new Set<string>();
  #adjustments = 0;

  constructor(options: WriterCountersOptions) {
    this.#paths = options.paths;
    this.#canWrite = options.isReadOnly !== true;
    this.#onFault = options.onFault;
    this.#now = options.now ?? Date.now;
    this.#writer = new WriterFile({
      statsDir: options.paths.statsDir,
      identity: options.identity ?? threadIdentity(),
      onFault: (error) => this.#report('the counters could not be written, and will be later', error),
      foldedTotals: (name) => this.#foldedTotals(name),
    });
  }

  /**
   * Keeps the counters: one write of a hundred bytes. Never throws; what a fault kept from the file gets there with the
   * next write that succeeds.
   * @param counters always the same array
   */
  save(counters: Readonly<CacheCounters>): void {
    if (this.#canWrite) this.#writer.save(counters);
    else this.#writer.keep(counters);
  }

  /** Changes what this instance has added to the store, below zero too. Reaches the file with the next {@link save}. */
  adjustTotals(entries: number, bytes: number): void {
    this.#adjustments++;
    this.#writer.adjust(entries, bytes);
  }

  /** How often this instance has changed the totals: twice, if what it added is gone again. */
  get adjustments(): number {
    return this.#adjustments;
  }

  /**
   * What all instances in all processes have counted: everything acknowledged before the call, nothing twice.
   * @throws the system's error, when something that is there can't be read
   */
  readAll(): CounterTotals {
    if (this.#canWrite) this.#writer.look();
    const totals = readTotals(this.#paths, this.#own());
    this.#tellDamage(totals.damaged);
    return totals;
  }

  /**
   * Adds the counters of writers that are gone to the base, publishes, and removes their files. Under the lock. Never
   * throws.
   * @returns writers folded
   */
  fold(): number {
    return this.#update(0, () => {
      const plan = planFold(this.#paths, this.#readBaseForUpdate(), this.#own(), this.#now());
      for (const name of plan.lost) this.#report(`the counters of writer ${name} were damaged and are lost`);
      this.#write(plan.base, plan.live);
      removeFolded(this.#paths, plan.removable);
      return plan.added;
    });
  }

  /**
   * Brings `.cache_stats.json` up to date for those who read the file itself. Under the lock. Never throws.
   * @param store what the store holds, where it is known better than by adding up what writers added
   * @returns whether it was written
   */
  publish(store?: StoreTotals): boolean {
    return this.#update(false, () => {
      const base = this.#readBaseForUpdate();
      writeBase(this.#paths, this.#statsOf(readTotals(this.#paths, this.#own()), store), base);
      return true;
    });
  }

  /**
   * Sets the entries and bytes of the store to what was found by counting them, and publishes. What others add while they
   * are counted stays as an error until the next time. Under the lock. Never throws.
   */
  correct(store: StoreTotals): boolean {
    return this.#update(false, () => {
      const base = this.#readBaseForUpdate();
      const totals = readTotals(this.#paths, this.#own());
      const entries = base.entries + store.totalEntries - totals.entries;
      const bytes = base.bytes + store.totalSizeBytes - totals.bytes;
      writeBase(this.#paths, this.#statsOf(totals, store), { ...base, entries, bytes });
      return true;
    });
  }

  /** To be called after the directory was removed and made again: everything that this instance counted is written anew. */
  onRootRemade(): void {
    if (this.#canWrite) this.#writer.look();
  }

  /**
   * Counts no more. The file stays and can be folded by anybody, so also by a {@link fold} of this instance, which may
   * follow. Never throws.
   */
  close(): void {
    if (this.#canWrite) this.#writer.close();
  }

  /** Once closed, this instance is a writer like those that are gone. */
  #own(): WriterFile | undefined {
    return this.#writer.isClosed ? undefined : this.#writer;
  }

  #write(base: CounterBase, live: WriterTotals): void {
    const totals = startFrom(base);
    add(totals, live);
    writeBase(this.#paths, this.#statsOf(totals), base);
  }

  #statsOf(totals: WriterTotals, store?: StoreTotals) {
    return snapshotStats(totals.counters, {
      totalEntries: store?.totalEntries ?? Math.max(0, totals.entries),
      totalSizeBytes: store?.totalSizeBytes ?? Math.max(0, totals.bytes),
    });
  }

  /** A damaged base starts fresh: better exact from now on than wrong for ever. */
  #readBaseForUpdate(): CounterBase {
    const base = readBase(this.#paths);
    if (base !== 'damaged') return base;
    this.#tellDamage(['base']);
    setDamagedBaseAside(this.#paths);
    return emptyBase();
  }

  #update<T>(otherwise: T, action: () => T): T {
    if (!this.#canWrite) return otherwise;
    try {
      this.#writer.look();
      return action();
    } catch (error) {
      this.#report('the statistics could not be brought up to date, and will be later', error);
      return otherwise;
    }
  }

  #foldedTotals(name: string): WriterTotals | undefined {
    try {
      const base = readBase(this.#paths);
      return base === 'damaged' ? undefined : base.presumedDead.get(name);
    } catch {
      return undefined;
    }
  }

  #tellDamage(damaged: readonly string[]): void {
    for (const name of damaged) {
      if (this.#knownDamage.has(name)) continue;
      this.#report(name === 'base' ? 'the statistics were damaged, and start fresh' : `${name} can't be read`);
    }
    this.#knownDamage.clear();
    for (const name of damaged) this.#knownDamage.add(name);
  }

  #report(message: string, cause?: unknown): void {
    if (isCacheError(cause)) this.#onFault(cause);
    else if (cause === undefined) this.#onFault(new CacheError('CACHE_BACKEND_FAILED', message));
    else this.#onFault(new CacheError('CACHE_BACKEND_FAILED', `${message}: ${reasonOf(cause)}`, { cause }));
  }
}
