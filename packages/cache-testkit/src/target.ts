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
  /** Checks that this target does not pass, by id, with the reason that the report shows. */
  readonly skip?: Readonly<Record<string, string>>;
  /** Real time after which a check that has not ended fails. @default 4 */
  readonly timeoutSeconds?: number;
}
