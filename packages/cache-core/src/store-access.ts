import type { ResolvedSetOptions } from './checks.js';
import type { Clock } from './clock.js';
import type { Fitting } from './fitting.js';
import type { CacheOperation } from './observation.js';
import type { ByteStage, CacheMetadata, Codec, ListedEntry, OpenedEntry, StoredEntry } from './types.js';

export type Awaitable<T> = T | Promise<T>;

/** In the place of a mark that could not be had: what is tagged is not stored then. */
export const UNKNOWN_MARK: unique symbol = Symbol('unknown mark');

/** A read that found a live entry. */
export interface Hit<P> {
  readonly value: unknown;
  readonly entry: StoredEntry<P>;
}

/** A checked and encoded write. */
export interface Draft<P> extends ResolvedSetOptions {
  readonly key: string;
  readonly payload: P;
  /** When what is stored began to be made; that of the write unless it is given. Only of use with tags. */
  readonly tagMark?: unknown;
  /** Asked just before the write, with the live entry of the key: whether to write. */
  expects?(found: StoredEntry<P> | undefined): boolean;
}

/** What the files of operations are given of the cache that composes them: the steps that all operations are made of. */
export interface StoreAccess<P> {
  readonly clock: Clock;
  readonly codec: Codec<P>;
  readonly defaultTtlSeconds: number | null;
  readonly maxSizeBytes: number | undefined;
  /** What reads expect of entries; left out where anything will do. */
  readonly fitting?: Fitting | undefined;
  /** The store is open, and so is the cache. */
  isReady(): boolean;
  isClosed(): boolean;
  /** Other processes may write to the store. */
  isShared(): boolean;
  /** @throws CacheError `CACHE_CLOSED` */
  checkOpen(): void;
  /** Whether the store is open, opening it if need be. */
  openStore(): Awaitable<boolean>;
  /** Whether the store is open; if it can't be opened, each key counts as a miss. */
  openForRead(operation: CacheOperation, ...keys: readonly string[]): Awaitable<boolean>;
  /** Between the two, `close` waits. */
  enter(): void;
  leave(): void;
  /** Runs a task that `close` waits for. */
  entered<T>(task: () => Promise<T>): Promise<T>;
  /** Runs a task on the open store that `close` waits for; a fault of it is reported and answered with `fallback`. */
  guarded<T, F>(
    operation: CacheOperation,
    key: string | undefined,
    fallback: F,
    task: () => Promise<T>,
  ): Promise<T | F>;
  /** Runs a task; a fault of it is reported and answered with `fallback`. */
  attempt<T, F>(
    operation: CacheOperation,
    key: string | undefined,
    fallback: F,
    task: () => Promise<T>,
  ): Promise<T | F>;
  /** A counted read of the live entry. */
  read(operation: CacheOperation, key: string, fitting?: Fitting): Awaitable<Hit<P> | undefined>;
  /** Counts the read of an entry that was read already, and whose value is given. `undefined`, a miss, unless it is live. */
  finishRead(
    operation: CacheOperation,
    key: string,
    entry: StoredEntry<P> | undefined,
    value: unknown,
  ): Awaitable<Hit<P> | undefined>;
  /** Counts a read that has failed as a miss, and has a damaged entry removed. */
  failRead(operation: CacheOperation, key: string, error: unknown): Awaitable<undefined>;
  /** Reports what was found after a read was counted, and has a damaged entry removed. Never rejects. */
  failLate(operation: CacheOperation, key: string, error: unknown): Awaitable<void>;
  stageEntry(key: string): Awaitable<ByteStage<P> | undefined>;
  openEntry(key: string): Awaitable<OpenedEntry<P> | undefined>;
  /** The live entry of a key, uncounted; a fault is thrown. */
  peek(key: string): Promise<StoredEntry<P> | undefined>;
  /** The entry of a key, live or not, uncounted; a fault is thrown. */
  readAny(key: string): Awaitable<StoredEntry<P> | undefined>;
  /** Whether a tag of the stored entry was invalidated since it was made; a fault is thrown. */
  isInvalidated(entry: { readonly tags: readonly string[]; readonly tagMark?: unknown }): boolean;
  /** Whether one of the tags was invalidated since a mark; a fault is thrown. */
  isInvalidatedSince(tags: readonly string[], mark: unknown): boolean;
  /** This moment among the invalidations of tags, {@link UNKNOWN_MARK} if it can't be told. */
  markTags(): unknown;
  /** Whether a read would hit: neither expired nor invalidated. */
  isServed(entry: StoredEntry<P>): boolean;
  /** @throws CacheError `CACHE_CORRUPT_ENTRY`, `CACHE_UNREADABLE_ENTRY` */
  decode(key: string, entry: StoredEntry<P>): unknown;
  /** @throws CacheError `CACHE_UNSERIALIZABLE` */
  draft(key: string, value: unknown, settings: ResolvedSetOptions): Draft<P>;
  /** Writes, counts and tells; `false` if the entry was not what was expected, or, after reporting why, not taken. */
  store(operation: CacheOperation, draft: Draft<P>): Promise<boolean>;
  /** Removes, counts and tells; whether a live entry was there. A fault is thrown. */
  remove(key: string): Promise<boolean>;
  /** Removes the live entry of a key, counted as a read and a removal; a fault is a miss. */
  takeOut(key: string, fitting?: Fitting): Promise<Hit<P> | undefined>;
  /** Metadata of an entry that was read, with what is known of its use. */
  describe(operation: CacheOperation, key: string, entry: StoredEntry<P>): Promise<CacheMetadata>;
  /** Metadata of every entry, expired ones too. */
  listEntries(): Iterable<ListedEntry> | AsyncIterable<ListedEntry>;
  withEntryLock<T>(key: string, task: () => Promise<T>): Promise<T>;
  withUpdateLock<T>(key: string, task: () => Promise<T>): Promise<T>;
  /** Counts, logs and tells a fault that does not reach the caller. */
  report(operation: CacheOperation, cause: unknown, key?: string): void;
}
