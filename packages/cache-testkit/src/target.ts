import type { BaseCacheOptions, CacheManager, Clock } from '@glovebox/cache-core';

/** What a check asks of a new instance. A field left out is the backend's own default. */
export type CacheConfig = Pick<
  BaseCacheOptions,
  'defaultTtl' | 'maxEntries' | 'maxSizeBytes' | 'evictionPolicy' | 'cleanupIntervalSeconds'
>;

/** What an instance is made on. */
export interface StoreContext {
  /** The time that the instance must live by: the check moves it. */
  readonly clock: Clock;
  /**
   * An empty directory for the store, mode 0700, made when first asked for and removed after the check. The same one is
   * given again when a check opens the store anew, another one for another store. Its last part is unique, for
   * stores that take a name instead.
   */
  readonly directory: string;
}

/** The bytes that a store keeps for its entries, for the checks that damage them. */
export interface StoredBytes {
  /**
   * What is kept for `key`, in parts that the backend reads each by itself: the file of an entry and that of its value,
   * the columns of a row. No parts where nothing is kept.
   */
  read(key: string, context: StoreContext): readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /**
   * Puts `parts` in the place of what {@link read} gave, in its order, while instances are open, as a faulty disk or
   * another program would. `undefined` takes a part away.
   */
  write(key: string, parts: readonly (Uint8Array | undefined)[], context: StoreContext): void | Promise<void>;
  /** Makes the entry of `key` one of a later version of the backend, whose format this version can't know. */
  makeNewer?(key: string, context: StoreContext): void | Promise<void>;
}

/** What a killed process may leave behind: staging files, values without an entry. */
export interface Leftovers {
  /** Their names. None may be left once a `cleanup` has ended that took place long enough after the crash. */
  list(context: StoreContext): readonly string[] | Promise<readonly string[]>;
  /** Makes them look older, for a backend that spares what may belong to a living process. */
  age?(seconds: number, context: StoreContext): void | Promise<void>;
}

/** A backend, as the suite sees it. */
export interface ConformanceTarget {
  /** Heads the report. */
  readonly name: string;
  /**
   * A new instance on `context.directory`, with every field of `config` and with `context.clock`. What an earlier, closed
   * instance left in the directory must be found again if `capabilities.persistent` says so.
   */
  create(config: CacheConfig, context: StoreContext): CacheManager | Promise<CacheManager>;
  /**
   * Lets `milliseconds` pass for a store that has a clock of its own; called after `context.clock` has moved. Checks of
   * the exact instant are not asked of such a store.
   */
  advance?(milliseconds: number, context: StoreContext): void | Promise<void>;
  /** Frees what a check left outside of `context.directory`; called once for each store, after its instances are closed. */
  discard?(context: StoreContext): void | Promise<void>;
  /**
   * URL of a module whose default export is this target, usually `import.meta.url`: other processes import it to open the
   * same store. Without it nothing that takes several processes is asked.
   */
  readonly module?: string;
  /**
   * Where the bytes of entries are, for a backend that promises never to take damaged ones for a value: turns on the
   * checks of damage.
   */
  readonly corrupt?: StoredBytes;
  /**
   * Makes reading and writing entries fail for all open instances, as a disk or server that is gone does, and returns
   * what ends that: turns on the checks of faults.
   */
  breakStore?(context: StoreContext): (() => void | Promise<void>) | Promise<() => void | Promise<void>>;
  /**
   * Entries that so many processes may hold beyond `maxEntries` between them when all their sets have resolved: each may
   * not have seen yet what the others wrote. One process may never exceed the limit.
   */
  overshoot?(processes: number, maxEntries: number): number;
  /** Real seconds after which nothing that a killed process held keeps others waiting. @default 1 */
  readonly staleLockSeconds?: number;
  /** What a killed process may leave that is no entry, for the checks of crashes. */
  readonly leftovers?: Leftovers;
  /** Checks that this target does not pass, by id, with the reason that the report shows. */
  readonly skip?: Readonly<Record<string, string>>;
  /** Real time after which a check that has not ended fails. @default 4 */
  readonly timeoutSeconds?: number;
}
