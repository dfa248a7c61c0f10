import type { Readable } from 'node:stream';
import type { DurationString } from './duration.js';
import type { CacheEventName, CacheListener } from './events.js';

/** Seconds as a number, a {@link DurationString}, or `null` for an entry that never expires. */
export type Ttl = number | DurationString | null;

/** Seconds as a number, or a {@link DurationString}. */
export type Duration = number | DurationString;

/** What a single `set` may say of its entry. */
export interface SetOptions {
  /** Time to live, in seconds or as a duration. @default the cache's `defaultTtl` */
  ttl?: Ttl | undefined;
  /** Labels kept with the entry and shown in its metadata, by which {@link CacheManager.invalidateTags} finds it. @default none */
  tags?: readonly string[] | undefined;
  /**
   * Whether each read that hits has the ttl start anew. Not every read need be recorded: an entry may expire up to a tenth
   * of its ttl early, never late. @default false
   */
  sliding?: boolean | undefined;
}

/** Which entries a listing gives; options add up. */
export interface ListOptions {
  /** What the key begins with. @default any */
  prefix?: string | undefined;
  /** A tag that the entry has. @default any */
  tag?: string | undefined;
  /** Least age, in seconds or as a duration: since `createdAt`. @default any */
  olderThan?: Duration | undefined;
  /** The age that the entry has not reached, in seconds or as a duration. @default any */
  youngerThan?: Duration | undefined;
  /** @default any */
  minSizeBytes?: number | undefined;
  /** @default any */
  maxSizeBytes?: number | undefined;
}

/** What a web `ReadableStream` of bytes has, whichever library of types describes it. */
export interface WebByteStream {
  getReader(): {
    read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<unknown>;
  };
}

/** Bytes that come in pieces: a Node `Readable`, a web `ReadableStream`, an async generator, an array of `Buffer`s. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array> | WebByteStream;

/** Options of `setStream`. */
export interface SetStreamOptions extends SetOptions {
  /** Ends the transfer: nothing is stored, the source is abandoned, and the call rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Options of `getOrSet`. Those of the caller whose factory runs count for what is stored. */
export interface GetOrSetOptions<T = unknown> extends SetOptions {
  /**
   * How long an entry is kept after it has expired. Until then it is served while one caller computes the new value, and
   * when the factory fails. Costs room: expired entries stay, though they are the first to go when a limit is reached.
   * @default 0
   */
  grace?: Duration | undefined;
  /**
   * Longest that a caller who can be served an entry in its grace waits for the new value, which is then computed in the
   * background. 0 waits for nothing. @default until the value is there
   */
  softTimeout?: Duration | undefined;
  /**
   * Longest that a caller waits. Then he is served an entry in its grace, or rejected with `CACHE_TIMEOUT`; when nobody
   * waits any more, the factory's `signal` is aborted. @default no limit
   */
  hardTimeout?: Duration | undefined;
  /** Share of the ttl, between 0 and 1, after which a read has the value computed anew in the background. @default never */
  refreshAhead?: number | undefined;
  /** Share of the ttl, between 0 and 1, up to which it is shortened at random, so that entries written together don't expire together. @default 0 */
  jitter?: number | undefined;
  /** Whether a value is stored; one that is not still goes to the callers. @default every value but `undefined` */
  shouldCache?(value: T): boolean;
  /** How long a factory that failed is not run again: callers who give this option get its error. In this instance only. @default 0 */
  errorTtl?: Duration | undefined;
}

/** What a factory may ask and say about its run. */
export interface FactoryContext {
  /** Aborted when nobody waits for the value any more. */
  readonly signal: AbortSignal;
  /** The value that is replaced: expired and in its grace, or refreshed ahead; `undefined` if there is none. */
  readonly previous: unknown;
  /** Replaces the option `ttl`, for factories that learn it with the value. @throws CacheError `CACHE_INVALID_TTL` */
  setTtl(ttl: Ttl): void;
  /** Replaces the option `tags`. @throws CacheError `CACHE_INVALID_CONFIG` */
  setTags(tags: readonly string[]): void;
  /** What the factory returns goes to the callers, and not into the cache. */
  skip(): void;
}

/** Computes the value of a missing key. A result of `undefined` is returned to the callers and not stored. */
export type Factory<T> = (context: FactoryContext) => T | Promise<T>;

/** What is known of an entry besides its value. Instants are epoch milliseconds. */
export interface CacheMetadata {
  readonly key: string;
  /** Bytes of the stored value; an estimate in backends that keep live objects. */
  readonly sizeBytes: number;
  readonly createdAt: number;
  /** When the key was last read; `createdAt` before the first read. */
  readonly lastAccessedAt: number;
  /** Reads of the key that hit, over all values it has had while it stayed in the cache. */
  readonly accessCount: number;
  readonly ttlSeconds: number | null;
  readonly expiresAt: number | null;
  readonly tags: readonly string[];
  /** Seconds since `createdAt` at the time of asking. */
  readonly ageSeconds: number;
  readonly isExpired: boolean;
}

/** A frozen snapshot of a cache's counters and totals. Rates are percentages from 0 to 100. */
export interface CacheStats {
  /** Entries held, those that expired and await removal included. */
  readonly totalEntries: number;
  readonly totalSizeBytes: number;
  readonly hitCount: number;
  readonly missCount: number;
  readonly setCount: number;
  readonly deleteCount: number;
  /** Live entries removed to respect a limit. */
  readonly evictionCount: number;
  /** Entries removed because their time to live was over. */
  readonly expiredCount: number;
  /** Faults that were turned into a miss or a refused write. */
  readonly errorCount: number;
  /** `hitCount` as a percentage of all reads, 0 before the first. */
  readonly hitRate: number;
  /** `missCount` as a percentage of all reads, 0 before the first. */
  readonly missRate: number;
  /** When the counters last changed, as epoch milliseconds. */
  readonly lastUpdatedAt: number;
  /** A report of seven lines: rates, entries, bytes, evictions, errors. */
  toString(): string;
}

/** How values are kept apart from the caller's objects. */
export type Isolation = 'clone' | 'freeze' | 'reference';

export type EvictionPolicy = 'lru' | 'lfu' | 'fifo' | 'ttl' | 'sieve' | 's3-fifo' | 'w-tinylfu';

/** What a backend can do beyond the four hooks; the conformance suite asks only for what is declared here. */
export interface CacheCapabilities {
  /** Entries outlive `close()` and are seen by the next instance that opens the same store. */
  readonly persistent: boolean;
  /** Several processes may use the store at once. */
  readonly multiProcess: boolean;
  /** `withEntryLock` excludes other processes too. */
  readonly crossProcessLocks: boolean;
  /** Counters outlive `close()`. */
  readonly persistentStats: boolean;
  /** Access counts and times outlive `close()`. */
  readonly persistentUsage: boolean;
  /** `reference` hands out the stored object itself; `freeze` a deeply frozen one. */
  readonly isolation: Isolation;
  /** Policies that the backend honours when a limit is reached. */
  readonly evictionPolicies: readonly EvictionPolicy[];
  readonly limits: { readonly entries: boolean; readonly bytes: boolean };
  /** Keeps an entry's `graceUntil`, and removes no entry before it unless room is needed. @default false */
  readonly grace?: boolean;
  /** Keeps whether an entry is sliding, so that reads extend it. @default false */
  readonly slidingTtl?: boolean;
  /**
   * `invalidateTags` also reaches what another process is about to store: computed or read before, it is not served
   * afterwards. Without it, that holds within the process. @default false
   */
  readonly crossProcessTags?: boolean;
}

/** The result of {@link CacheManager.lookup}: tells a stored value from a miss, whatever the value. */
export type LookupResult<T> =
  | { readonly hit: true; readonly value: T; readonly metadata: CacheMetadata }
  | { readonly hit: false };

/**
 * A cache. Reads never reject for a fault of the store (it is a miss), writes that could not be stored resolve to
 * `false`, and only a caller's mistake rejects, with a `CacheError`.
 */
export interface CacheManager extends AsyncDisposable {
  readonly name: string;
  readonly capabilities: CacheCapabilities;
  /** The stored value, or `undefined` (or `defaultValue`) when there is none. */
  get<T = unknown>(key: string): Promise<T | undefined>;
  get<T, D>(key: string, defaultValue: D): Promise<T | D>;
  /** Like `get`, with the entry's metadata. Counts as a read. */
  lookup<T = unknown>(key: string): Promise<LookupResult<T>>;
  /**
   * Stores or replaces an entry. `false`: the store could not take it, and what was there before is still there.
   * @throws CacheError `CACHE_INVALID_KEY`, `CACHE_INVALID_TTL`, `CACHE_UNSERIALIZABLE`, `CACHE_CLOSED`
   */
  set(key: string, value: unknown, options?: SetOptions): Promise<boolean>;
  /**
   * Stores the bytes of `source` as they come; the entry is replaced when the source has ended and everything is stored,
   * and not before. `get` gives them as a `Buffer`. `false`, with what was there before still there: the store could not
   * take them, or they are more than `maxSizeBytes`. The source is read no faster than the store writes, and destroyed or
   * cancelled if it is not read to its end.
   * @throws CacheError as `set` does; `CACHE_UNSERIALIZABLE` also for a piece that is no bytes, `CACHE_CLOSED` also when
   * the cache is closed meanwhile. The source's own error, and the reason of an aborted signal, are thrown as they are
   */
  setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean>;
  /**
   * The bytes of an entry, `undefined` if there is none. The stream goes on with what it began with, whatever happens to
   * the entry or the cache meanwhile. It fails with `CACHE_CORRUPT_ENTRY` where the bytes turn out to be damaged, and with
   * `CACHE_BACKEND_FAILED` where they can't be read; such an error brings no process down. One that is not read to its end
   * should be destroyed.
   * @throws CacheError `CACHE_WRONG_TYPE` for a value that is no `Uint8Array`
   */
  getStream(key: string): Promise<Readable | undefined>;
  /** Whether a read would hit. Touches neither statistics nor access times. */
  exists(key: string): Promise<boolean>;
  /** `true` if a live entry was there and is gone. */
  delete(key: string): Promise<boolean>;
  clear(): Promise<void>;
  /** The hits among `keys`, in their order. */
  getMany<T = unknown>(keys: readonly string[]): Promise<Map<string, T>>;
  /** How many of the entries were stored. */
  setMany(entries: Iterable<readonly [string, unknown, SetOptions?]>): Promise<number>;
  /** How many of the keys had a live entry. */
  deleteMany(keys: readonly string[]): Promise<number>;
  /**
   * The keys of live entries, in no particular order.
   * @throws CacheError `CACHE_INVALID_KEY` for a prefix that is no text, `CACHE_INVALID_CONFIG` for any other option
   */
  keys(options?: ListOptions): AsyncIterable<string>;
  /** As {@link CacheManager.keys}, with all that is known of the entries but their values, which are not read. */
  entries(options?: ListOptions): AsyncIterable<CacheMetadata>;
  /**
   * Makes every entry that has one of the tags a miss, for good: those that are there, and those that are stored later
   * but were computed, read or handed to `set` before. What is set afterwards is not concerned. `true` when it is done,
   * `false` if the store could not be told, which is reported; then nothing is promised.
   * @throws CacheError `CACHE_INVALID_CONFIG` unless `tags` is an array of texts that are not empty
   */
  invalidateTags(tags: readonly string[]): Promise<boolean>;
  /**
   * The stored value, or what `factory` returns, stored; concurrent callers of one key share one run, and its error.
   * @throws CacheError `CACHE_TIMEOUT` after `hardTimeout`
   */
  getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T>;
  /** Stores an entry if the key has none: of concurrent calls one is `true`. */
  add(key: string, value: unknown, options?: SetOptions): Promise<boolean>;
  /**
   * Replaces the value by what `change` makes of it (`undefined` for a missing key), without losing another update that
   * runs at the same time; `change` may run again when the key was written meanwhile. What it returns is stored and
   * returned; `undefined` leaves the entry as it is. Without `ttl` and `tags` an entry keeps its expiry and tags.
   * Resolves to `undefined` if there is no value, or if it could not be stored.
   */
  update<T = unknown>(
    key: string,
    change: (current: T | undefined) => T | undefined | Promise<T | undefined>,
    options?: SetOptions,
  ): Promise<T | undefined>;
  /**
   * Adds to a number, 0 if it is missing, as an {@link CacheManager.update}; the sum, or `undefined` if it could not be stored.
   * @throws CacheError `CACHE_WRONG_TYPE` for a value that is no number
   */
  increment(key: string, by?: number, options?: SetOptions): Promise<number | undefined>;
  /** Removes the entry and returns its value: of concurrent calls one gets it. Counts as a read and a delete. */
  take<T = unknown>(key: string): Promise<T | undefined>;
  /** Stores the entry anew with this ttl, value and tags unchanged; `false` if there is none. @param ttl as in `set` */
  touch(key: string, ttl?: Ttl): Promise<boolean>;
  /**
   * A part of the cache under keys and tags of its own: its listings, its `clear`, its invalidations, its statistics and its
   * events are about them alone, limits and cleanups about the whole cache. A namespace in a namespace is another one. Closing
   * it ends only its use.
   * @throws CacheError `CACHE_INVALID_KEY` unless the name is text that is not empty
   */
  namespace(name: string): CacheManager;
  /**
   * Calls `listener` at each such event until the returned function is called, or this cache, handle or namespace is
   * closed. What it throws reaches only the debug log.
   * @throws CacheError `CACHE_INVALID_CONFIG` for an event that does not exist, or a listener that is no function
   */
  on<N extends CacheEventName>(name: N, listener: CacheListener<N>): () => void;
  getMetadata(key: string): Promise<CacheMetadata | undefined>;
  getStats(): Promise<CacheStats>;
  /** Removes expired (and damaged) entries now; how many were removed. */
  cleanup(): Promise<number>;
  /** Flushes and releases everything; afterwards all operations reject with `CACHE_CLOSED`. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * How an encoded value is written: plain JSON, JSON with tagged types, raw bytes of either class, or the bytes that a
 * {@link CodecTransform} made of any of them.
 */
export type ValueEncoding = 'json' | 'tagged' | 'uint8array' | 'buffer' | 'sealed';

/** A value as a backend stores it: a JSON document as text, or bytes. */
export interface EncodedValue {
  readonly encoding: ValueEncoding;
  readonly data: string | Uint8Array;
}

/**
 * Turns values into what a backend stores, and back.
 * @typeParam P what the backend stores
 */
export interface Codec<P = EncodedValue> {
  /**
   * @param isUsedAtOnce `writeEntry` is called before the caller's code goes on, so that a codec may leave it to that hook
   * to copy what the caller can change
   * @param key of the entry that the value is for
   * @throws CacheError `CACHE_UNSERIALIZABLE` when the value could not come back equal and of its own type
   */
  encode(value: unknown, isUsedAtOnce?: boolean, key?: string): P;
  /**
   * A value that shares nothing mutable with the payload.
   * @param isLast what `readEntry` returned is not decoded again: if the store does not keep the payload, its parts may be
   * given out
   * @param key of the entry that the payload was found under
   * @throws CacheError `CACHE_UNREADABLE_ENTRY` for a payload that another configuration can read: a miss that is not
   * removed; anything else for one that is not well-formed
   */
  decode(payload: P, isLast?: boolean, key?: string): unknown;
  /** Size of the payload in bytes. Called only when somebody needs it. */
  sizeOf(payload: P): number;
}

/**
 * A codec around another one, which changes what is stored and undoes that on reads: `compress()` and `encrypt()` of
 * `@glovebox/cache-core/codecs`. What it has changed says so, as `'sealed'` bytes, for other configurations read it too.
 */
export type CodecTransform = (inner: Codec) => Codec;

/**
 * What the hooks exchange with the base class: an encoded value and its dates. `sizeBytes`, `accessCount` and
 * `lastAccessedAt` are what the store last knew.
 */
export interface StoredEntry<P = EncodedValue> {
  readonly payload: P;
  /** Computed on first use in entries that the base class passes to `writeEntry`. */
  readonly sizeBytes: number;
  readonly createdAt: number;
  readonly ttlSeconds: number | null;
  readonly expiresAt: number | null;
  readonly tags: readonly string[];
  readonly accessCount: number;
  readonly lastAccessedAt: number;
  /**
   * Epoch milliseconds until which the entry is kept though it has expired, for `getOrSet`. A backend that does not keep
   * this has no grace: its cleanup removes the entry as soon as it has expired.
   */
  readonly graceUntil?: number | undefined;
  /** Whether reads extend the expiry. A backend that does not keep this lets the entry expire as if nobody read it. */
  readonly isSliding?: boolean | undefined;
  /**
   * When what the entry holds began to be made, among the invalidations of tags: what the hook `markTags` gave. Only with
   * tags, and of use only to a backend that overrides `isInvalidated`.
   */
  readonly tagMark?: unknown;
  /** Unique to the write that made the entry, where the backend knows one: else entries are told apart by what they hold. */
  readonly version?: string | undefined;
}

/** What a listing of the store knows of an entry. */
export interface ListedEntry extends CacheMetadata {
  /** As in {@link StoredEntry}. */
  readonly tagMark?: unknown;
}

/** Takes the bytes of an entry on their way into a store. Its methods never overlap. */
export interface ByteStage<P = EncodedValue> {
  /** Takes bytes that may change when this has ended. */
  write(chunk: Uint8Array): void | Promise<void>;
  /** Called once, after the last write: what `writeEntry` is given as the payload. */
  finish(): P | Promise<P>;
  /** Called unless a `writeEntry` with the payload has succeeded: removes what there is, which may be nothing. */
  discard(): void | Promise<void>;
}

/** Gives the bytes of an entry in pieces. */
export interface ByteReader {
  /**
   * The next bytes, which are the caller's own, `undefined` after the last. Calls never overlap.
   * @throws CacheError `CACHE_CORRUPT_ENTRY` for damage; anything else is a fault of the store
   */
  read(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** Releases everything; called once, perhaps in the middle of a read. */
  close(): void | Promise<void>;
}

/** An entry, and its bytes. */
export interface OpenedEntry<P = EncodedValue> {
  readonly entry: StoredEntry<P>;
  /** @default the payload of the entry is decoded */
  readonly reader?: ByteReader | undefined;
}

/** Where warnings and errors go: `console`, pino, or anything with these two methods. */
export interface CacheLogger {
  warn(message: string): void;
  error(message: string): void;
}
