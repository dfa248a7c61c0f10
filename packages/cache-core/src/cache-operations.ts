import type { Readable } from 'node:stream';
import { AtomicUpdates, type ResolvedUpdateOptions, resolveUpdateOptions } from './atomic-updates.js';
import { deleteMany, getMany, setMany } from './batches.js';
import { ByteStreams } from './byte-streams.js';
import { CacheLifecycle } from './cache-lifecycle.js';
import {
  checkFunction,
  checkKey,
  checkKeys,
  checkSignal,
  checkStep,
  checkTags,
  type ResolvedSetOptions,
  resolveSetOptions,
  SET_STREAM_OPTIONS,
} from './checks.js';
import { ChunkSource } from './chunk-source.js';
import { parseTtl } from './duration.js';
import { describeEntry, type EntryUsage, isLive, isOverdue, NewEntry } from './entry.js';
import { CacheError, isCacheError } from './errors.js';
import { CACHE_PARTS, type CacheParts, type Fitting, fitted, isMisfit } from './fitting.js';
import { Computing, type TellComputed } from './get-or-set.js';
import { resolveGetOrSetOptions } from './get-or-set-options.js';
import { isPromiseLike, KeyQueue } from './key-queue.js';
import { checkListOptions, listFilter } from './list-options.js';
import { copyMetadata, listLive } from './listing.js';
import { NamespaceCounters } from './namespace-counters.js';
import { prefixOf } from './namespace-keys.js';
import { type NamespaceHost, NamespaceView } from './namespace-view.js';
import { type CacheOperation, debugLine, observe, printableKey } from './observation.js';
import type { BaseCacheOptions } from './options.js';
import { withExpiry } from './sliding.js';
import { type CacheCounters, type StoreTotals, snapshotStats } from './stats.js';
import { type Awaitable, type Draft, type Hit, type StoreAccess, UNKNOWN_MARK } from './store-access.js';
import { tracing } from './tracing.js';
import type {
  ByteSource,
  ByteStage,
  CacheManager,
  CacheMetadata,
  CacheStats,
  Codec,
  Factory,
  GetOrSetOptions,
  ListedEntry,
  ListOptions,
  LookupResult,
  OpenedEntry,
  SetOptions,
  SetStreamOptions,
  StoredEntry,
  Ttl,
} from './types.js';

/** What tells whether an entry was invalidated. */
export type TaggedEntry = Pick<StoredEntry<unknown>, 'tags' | 'tagMark'>;
// By themselves: what is imported is looked up at each use.
const { start, asyncEnd } = tracing.get;

/** Why a write was not made: `'unexpected'` if the key's entry was not what the draft expects. */
type Refusal = CacheError | 'unexpected';

/**
 * The public operations, each a check, a hook, a count. Not for backends to extend: they extend `BaseCacheManager`,
 * which has a default for every hook but four.
 */
export abstract class CacheOperations<P> extends CacheLifecycle implements CacheManager {
  protected readonly codec: Codec<P>;
  /** Keeps hooks on one key in order. */
  protected readonly keyQueue = new KeyQueue();
  readonly #access: StoreAccess<P>;
  readonly #isTransformed: boolean;
  readonly #computing: Computing<P>;
  readonly #updates: AtomicUpdates<P>;
  #parts: CacheParts<P> | undefined;
  readonly #limitQueue = new KeyQueue();
  /** Keys written while tagged entries are looked for, if they are. */
  protected freshKeys: Set<string> | undefined;
  #cleanup: Promise<number> | undefined;
  #writesUnderWay = 0;
  #namespaceCounters: NamespaceCounters | undefined;
  readonly #streams: ByteStreams<P>;
  /** Those of streams that are being stored. */
  readonly #sources = new Set<ChunkSource>();

  constructor(options: BaseCacheOptions, codec: Codec<P>) {
    super(options);
    this.codec = codec;
    this.#isTransformed = options.transforms !== undefined && options.transforms.length > 0;
    this.#access = this.#createAccess();
    this.#computing = new Computing(this.#access);
    this.#updates = new AtomicUpdates(this.#access);
    this.#streams = new ByteStreams(this.#access);
  }

  // --- hooks: described in BaseCacheManager ---
  protected abstract readEntry(key: string): Awaitable<StoredEntry<P> | undefined>;
  protected abstract writeEntry(key: string, entry: StoredEntry<P>): Awaitable<void>;
  protected abstract removeEntry(key: string): Awaitable<boolean>;
  protected abstract listEntries(): Iterable<ListedEntry> | AsyncIterable<ListedEntry>;
  protected abstract peekEntry(key: string): Awaitable<StoredEntry<P> | undefined>;
  protected abstract stageEntry(key: string): Awaitable<ByteStage<P> | undefined>;
  protected abstract openEntry(key: string): Awaitable<OpenedEntry<P> | undefined>;
  protected abstract touchEntry(key: string, entry: StoredEntry<P>, now: number): Awaitable<void>;
  protected abstract usageOf(key: string, entry: StoredEntry<P>): Awaitable<EntryUsage>;
  protected abstract extendEntry(key: string, entry: StoredEntry<P>, now: number): Awaitable<number | undefined>;
  protected abstract markTags(): unknown;
  protected abstract isInvalidatedSince(tags: readonly string[], mark: unknown): boolean;
  protected abstract isInvalidated(entry: TaggedEntry): boolean;
  protected abstract invalidateStore(tags: readonly string[]): Awaitable<void>;
  protected abstract noteInvalidated(key: string): void;
  protected abstract listedUsage(metadata: CacheMetadata): EntryUsage;
  protected abstract noteWritten(key: string, entry: StoredEntry<P>): void;
  protected abstract noteRemoved(key: string): void;
  protected abstract noteExpired(key: string, entry: StoredEntry<P>): void;
  protected abstract healEntry(key: string, entry?: StoredEntry<P>): Awaitable<void>;
  protected abstract clearStore(): Awaitable<void>;
  protected abstract sweepStore(now: number, automatic: boolean): Awaitable<number>;
  protected abstract hasRoom(key: string, entry: StoredEntry<P>): Awaitable<boolean>;
  protected abstract evict(writtenKey: string | undefined): Awaitable<void>;
  protected abstract measureStore(): Awaitable<StoreTotals>;
  protected abstract loadStats(own: Readonly<CacheCounters>): Awaitable<Readonly<CacheCounters>>;
  protected abstract withEntryLock<T>(key: string, task: () => Promise<T>): Promise<T>;
  protected abstract withUpdateLock<T>(key: string, task: () => Promise<T>): Promise<T>;

  /** Some writes have not made room for themselves yet. */
  protected get isWriting(): boolean {
    return this.#writesUnderWay > 0;
  }

  get<T = unknown>(key: string): Promise<T | undefined>;
  get<T, D>(key: string, defaultValue: D): Promise<T | D>;
  async get(key: string, defaultValue?: unknown): Promise<unknown> {
    // The other operations are traced by a subclass; its call would cost a twentieth of a read from memory.
    if (start.hasSubscribers || asyncEnd.hasSubscribers) return this.tracedGet(key, defaultValue);
    this.#check(key);
    if (!this.isReady && !(await this.#openForRead('get', key))) return defaultValue;
    const read = this.#read('get', key);
    // What is read without a promise is done before anybody could close the cache.
    if (!isPromiseLike(read)) return read === undefined ? defaultValue : read.value;
    this.enter();
    try {
      const hit = await read;
      return hit === undefined ? defaultValue : hit.value;
    } finally {
      this.leave();
    }
  }

  protected abstract tracedGet(key: string, defaultValue: unknown): Promise<unknown>;

  /** `get`, telling what was found, if anything. */
  protected async find(key: string): Promise<Hit<P> | undefined> {
    this.#check(key);
    if (!this.isReady && !(await this.#openForRead('get', key))) return undefined;
    return this.#entered(async () => this.#read('get', key));
  }

  async lookup<T = unknown>(key: string): Promise<LookupResult<T>> {
    this.#check(key);
    if (!this.isReady && !(await this.#openForRead('lookup', key))) return { hit: false };
    this.enter();
    try {
      const hit = await this.#read('lookup', key);
      if (hit === undefined) return { hit: false };
      return { hit: true, value: hit.value as T, metadata: await this.#describe('lookup', key, hit.entry) };
    } finally {
      this.leave();
    }
  }

  async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    this.#check(key);
    const settings = resolveSetOptions(options, this.defaultTtlSeconds, key);
    const isUsedAtOnce = this.isReady && !this.#asksForRoom() && !this.keyQueue.isBusy;
    const draft = this.#draft(key, value, settings, isUsedAtOnce);
    if (!this.isReady && !(await this.openOnce())) return false;
    this.#computing.outdate(key);
    return this.#store('set', draft);
  }

  async setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    this.#check(key);
    const settings = resolveSetOptions(options, this.defaultTtlSeconds, key, 'setStream', SET_STREAM_OPTIONS);
    checkSignal(options?.signal, key);
    // At once: a stream that fails before anybody listens would bring the process down.
    const chunks = new ChunkSource(key, source, options?.signal);
    this.#sources.add(chunks);
    this.enter();
    try {
      return await this.#streams.store(key, chunks, settings);
    } finally {
      chunks.release();
      this.#sources.delete(chunks);
      this.leave();
    }
  }

  async getStream(key: string): Promise<Readable | undefined> {
    this.#check(key);
    if (!this.isReady && !(await this.#openForRead('getStream', key))) return undefined;
    return this.#entered(async () => this.#streams.open(key));
  }

  async exists(key: string): Promise<boolean> {
    this.#check(key);
    return this.#guarded('exists', key, false, async () => {
      const found = (await this.#glance(key)) !== undefined;
      observe(this.name, 'exists', found ? 'hit' : 'miss', key);
      return found;
    });
  }

  async delete(key: string): Promise<boolean> {
    this.#check(key);
    return this.#guarded('delete', key, false, () => this.#delete(key));
  }

  async clear(): Promise<void> {
    await this.#clear('', async () => {
      await this.clearStore();
      this.emitClear();
    });
  }

  namespace(name: string): CacheManager {
    // From the first namespace on.
    this.#countersOfNamespaces();
    const host: NamespaceHost = {
      cache: this,
      clearNamespace: (namespace) => this.clearNamespace(namespace),
      statsOfNamespace: (namespace) => this.statsOfNamespace(namespace),
      listenTo: (namespace, event, listener) => this.listenTo(namespace, event, listener),
    };
    return new NamespaceView(host, name);
  }

  async getMany<T = unknown>(keys: readonly string[]): Promise<Map<string, T>> {
    this.checkOpen();
    checkKeys(keys);
    return getMany(this.#access, keys);
  }

  async setMany(entries: Iterable<readonly [string, unknown, SetOptions?]>): Promise<number> {
    this.checkOpen();
    return setMany(this.#access, entries, (key) => this.#computing.outdate(key));
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    this.checkOpen();
    checkKeys(keys);
    return deleteMany(this.#access, keys);
  }

  async *keys(options: ListOptions = {}): AsyncGenerator<string, void, undefined> {
    this.checkOpen();
    const isWanted = listFilter(checkListOptions('keys', options));
    for await (const { key } of listLive(this.#access, 'keys', isWanted)) yield key;
    observe(this.name, 'keys', 'done');
  }

  async *entries(options: ListOptions = {}): AsyncGenerator<CacheMetadata, void, undefined> {
    this.checkOpen();
    const isWanted = listFilter(checkListOptions('entries', options));
    for await (const metadata of listLive(this.#access, 'entries', isWanted)) {
      yield copyMetadata(metadata, this.listedUsage(metadata));
    }
    observe(this.name, 'entries', 'done');
  }

  async invalidateTags(tags: readonly string[]): Promise<boolean> {
    this.checkOpen();
    const checked = checkTags(tags);
    return this.#guarded('invalidateTags', undefined, false, async () => {
      if (checked.length > 0) await this.invalidateStore(checked);
      this.emitInvalidate(checked);
      observe(this.name, 'invalidateTags', 'done');
      return true;
    });
  }

  /** @param tell told how the value was found */
  async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>, tell?: TellComputed): Promise<T> {
    this.#check(key);
    checkFunction('the factory', factory, key);
    return this.#computing.getOrSet(key, factory, resolveGetOrSetOptions(options, this.defaultTtlSeconds, key), tell);
  }

  async add(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    this.#check(key);
    return this.#updates.add(key, value, resolveSetOptions(options, this.defaultTtlSeconds, key, 'add'));
  }

  async update<T = unknown>(
    key: string,
    change: (current: T | undefined) => T | undefined | Promise<T | undefined>,
    options?: SetOptions,
  ): Promise<T | undefined> {
    this.#check(key);
    checkFunction('the change', change, key);
    return this.#updates.update('update', key, change, this.#resolveUpdate('update', key, options));
  }

  async increment(key: string, by = 1, options?: SetOptions): Promise<number | undefined> {
    this.#check(key);
    checkStep(by, key);
    return this.#updates.increment(key, by, this.#resolveUpdate('increment', key, options));
  }

  async take<T = unknown>(key: string): Promise<T | undefined> {
    this.#check(key);
    return this.#updates.take<T>(key);
  }

  async touch(key: string, ttl?: Ttl): Promise<boolean> {
    this.#check(key);
    return this.#updates.touch(key, ttl === undefined ? this.defaultTtlSeconds : parseTtl(ttl, key));
  }

  async getMetadata(key: string): Promise<CacheMetadata | undefined> {
    this.#check(key);
    return this.#guarded('getMetadata', key, undefined, async () => {
      const entry = await this.#glance(key);
      observe(this.name, 'getMetadata', entry === undefined ? 'miss' : 'hit', key);
      return entry === undefined ? undefined : this.#describe('getMetadata', key, entry);
    });
  }

  async getStats(): Promise<CacheStats> {
    this.checkOpen();
    const nothing: StoreTotals = { totalEntries: 0, totalSizeBytes: 0 };
    const stats = await this.#guarded('getStats', undefined, undefined, async () => {
      const totals = await this.#attempt('getStats', undefined, nothing, async () => this.measureStore());
      const own = this.counters;
      return snapshotStats(await this.#attempt('getStats', undefined, own, async () => this.loadStats(own)), totals);
    });
    observe(this.name, 'getStats', 'done');
    return stats ?? snapshotStats(this.counters, nothing);
  }

  async cleanup(): Promise<number> {
    this.checkOpen();
    return this.#runCleanup(false);
  }

  /** For `@glovebox/cache-core/typed`, whose operations are made of the same parts. */
  [CACHE_PARTS](): CacheParts<P> {
    this.#parts ??= {
      instance: this,
      store: this.#access,
      computing: this.#computing,
      updates: this.#updates,
      // Not as subclasses have them: those are traced.
      set: (key, value, options) => CacheOperations.prototype.set.call(this, key, value, options),
      setMany: (entries) => CacheOperations.prototype.setMany.call(this, entries),
      prefix: '',
    };
    return this.#parts;
  }

  /** `clear` of a namespace. */
  protected async clearNamespace(namespace: string): Promise<void> {
    const prefix = prefixOf(namespace);
    await this.#clear(prefix, async () => {
      await this.#removeStartingWith(prefix);
      this.emitClear(namespace);
    });
  }

  /** `getStats` of a namespace. */
  protected async statsOfNamespace(namespace: string): Promise<CacheStats> {
    this.checkOpen();
    const prefix = prefixOf(namespace);
    let totalEntries = 0;
    let totalSizeBytes = 0;
    await this.#guarded('getStats', undefined, undefined, async () => {
      for await (const { key, sizeBytes } of this.listEntries()) {
        if (!key.startsWith(prefix)) continue;
        totalEntries++;
        totalSizeBytes += sizeBytes;
      }
    });
    return snapshotStats(this.#countersOfNamespaces().of(prefix), { totalEntries, totalSizeBytes });
  }

  protected override endBackgroundWork(): Promise<void> {
    for (const source of this.#sources) {
      source.interrupt(new CacheError('CACHE_CLOSED', `the ${this.name} cache was closed before the stream had ended`));
    }
    return this.#computing.close();
  }

  protected override async automaticCleanup(): Promise<void> {
    if (this.isClosed || this.#cleanup !== undefined) return;
    this.#cleanup = this.#runCleanup(true).finally(() => {
      this.#cleanup = undefined;
    });
    await this.#cleanup;
  }

  #runCleanup(automatic: boolean): Promise<number> {
    return this.#guarded('cleanup', undefined, 0, async () => {
      const removed = await this.sweepStore(this.clock.now(), automatic);
      if (this.hasLimits) await this.#limitQueue.run('', () => this.evict(undefined));
      observe(this.name, 'cleanup', 'done');
      return removed;
    });
  }

  async #clear(prefix: string, removeAll: () => Promise<void>): Promise<void> {
    this.checkOpen();
    await this.#guarded('clear', undefined, undefined, async () => {
      this.#computing.outdateAll(prefix);
      // Writes under way were asked for earlier: one that landed after a listing of the store would survive.
      if (this.#limitQueue.isBusy) await this.#limitQueue.idle();
      if (this.keyQueue.isBusy) await this.keyQueue.idle();
      await removeAll();
      this.#computing.outdateAll(prefix);
      observe(this.name, 'clear', 'done');
    });
  }

  async #removeStartingWith(prefix: string): Promise<void> {
    const keys: string[] = [];
    for await (const { key } of this.listEntries()) if (key.startsWith(prefix)) keys.push(key);
    for (const key of keys) {
      await this.#attempt('clear', key, undefined, async () =>
        this.keyQueue.run(key, async () => {
          await this.removeEntry(key);
          this.noteRemoved(key);
        }),
      );
    }
  }

  #countersOfNamespaces(): NamespaceCounters {
    this.#namespaceCounters ??= new NamespaceCounters(this.clock, (event, listener) => this.on(event, listener));
    return this.#namespaceCounters;
  }

  #check(key: string): void {
    this.checkOpen();
    checkKey(key);
  }

  #resolveUpdate(operation: CacheOperation, key: string, options: SetOptions | undefined): ResolvedUpdateOptions {
    return resolveUpdateOptions(resolveSetOptions(options, this.defaultTtlSeconds, key, operation), options);
  }

  /** Runs a task on the open store; a fault of it is reported and answered with `fallback`. */
  async #guarded<R, F>(
    operation: CacheOperation,
    key: string | undefined,
    fallback: F,
    task: () => Promise<R>,
  ): Promise<R | F> {
    if (!this.isReady && !(await this.openOnce())) return fallback;
    return this.#entered(() => this.#attempt(operation, key, fallback, task));
  }

  /** Runs a task that `close` waits for. */
  async #entered<R>(task: () => Promise<R>): Promise<R> {
    this.enter();
    try {
      return await task();
    } finally {
      this.leave();
    }
  }

  async #attempt<R, F>(
    operation: CacheOperation,
    key: string | undefined,
    fallback: F,
    task: () => Promise<R>,
  ): Promise<R | F> {
    try {
      return await task();
    } catch (error) {
      this.report(operation, error, key);
      return fallback;
    }
  }

  /** Whether the store is open; reads of one that can't be opened are misses, as with any other fault. */
  async #openForRead(operation: CacheOperation, ...keys: readonly string[]): Promise<boolean> {
    if (await this.openOnce()) return true;
    for (const key of keys) this.#miss(operation, key, this.clock.now());
    return false;
  }

  /** A counted read. Without a promise where the hooks have none: an `await` would cost more than a memory read. */
  #read(operation: CacheOperation, key: string, fitting?: Fitting): Awaitable<Hit<P> | undefined> {
    try {
      const read = this.readEntry(key);
      if (!isPromiseLike(read)) return this.#finishRead(operation, key, read, fitting);
      return read
        .then((entry) => this.#finishRead(operation, key, entry, fitting))
        .then(undefined, (error: unknown) => this.#failRead(operation, key, error));
    } catch (error) {
      return this.#failRead(operation, key, error);
    }
  }

  #finishRead(
    operation: CacheOperation,
    key: string,
    entry: StoredEntry<P> | undefined,
    fitting?: Fitting,
    value?: unknown,
  ): Awaitable<Hit<P> | undefined> {
    const now = this.clock.now();
    if (entry === undefined) return this.#miss(operation, key, now);
    if (!isLive(entry, now)) {
      if (isOverdue(entry, now)) this.noteExpired(key, entry);
      return this.#miss(operation, key, now);
    }
    if (entry.tags.length > 0 && this.isInvalidated(entry)) {
      this.noteInvalidated(key);
      return this.#miss(operation, key, now);
    }
    if (value !== undefined) return this.#use(operation, key, { value, entry }, now);
    if (fitting !== undefined) return this.#finishFittedRead(operation, key, entry, fitting);
    try {
      value = this.#decode(key, entry, true);
    } catch (error) {
      return this.#failRead(operation, key, error, entry);
    }
    return this.#use(operation, key, { value, entry }, now);
  }

  async #finishFittedRead(
    operation: CacheOperation,
    key: string,
    entry: StoredEntry<P>,
    fitting: Fitting,
  ): Promise<Hit<P> | undefined> {
    let value: unknown;
    try {
      value = await fitted(fitting, key, entry, () => this.#decode(key, entry, true));
    } catch (error) {
      return this.#failRead(operation, key, error, entry);
    }
    return this.#use(operation, key, { value, entry }, this.clock.now());
  }

  /** Notes that an entry was read, and counts the hit. */
  #use(operation: CacheOperation, key: string, hit: Hit<P>, now: number): Awaitable<Hit<P>> {
    try {
      const touched = this.touchEntry(key, hit.entry, now);
      if (isPromiseLike(touched)) {
        return touched
          .then(undefined, (error: unknown) => this.report(operation, error, key))
          .then(() => this.#extendAndHit(operation, key, hit, now));
      }
    } catch (error) {
      this.report(operation, error, key);
    }
    return this.#extendAndHit(operation, key, hit, now);
  }

  #extendAndHit(operation: CacheOperation, key: string, hit: Hit<P>, now: number): Awaitable<Hit<P>> {
    if (hit.entry.isSliding !== true) return this.#hit(operation, key, hit, now);
    const finish = (expiresAt: number | undefined) => {
      const entry = expiresAt === undefined ? hit.entry : withExpiry(hit.entry, expiresAt);
      return this.#hit(operation, key, { value: hit.value, entry }, now);
    };
    try {
      const extended = this.extendEntry(key, hit.entry, now);
      if (!isPromiseLike(extended)) return finish(extended);
      return extended
        .then(undefined, (error: unknown) => void this.report(operation, error, key))
        .then((expiresAt) => finish(expiresAt ?? undefined));
    } catch (error) {
      this.report(operation, error, key);
      return finish(undefined);
    }
  }

  #decode(key: string, entry: StoredEntry<P>, isLast = false): unknown {
    try {
      return this.codec.decode(entry.payload, isLast, key);
    } catch (error) {
      if (isCacheError(error, 'CACHE_UNREADABLE_ENTRY')) throw withKey(error, key);
      const reason = isCacheError(error) ? error.message : 'the payload is not well-formed';
      throw new CacheError('CACHE_CORRUPT_ENTRY', reason, { key, cause: withoutValue(error) });
    }
  }

  #hit(operation: CacheOperation, key: string, hit: Hit<P>, now: number): Hit<P> {
    this.count('hitCount', now);
    this.emit('hit', key);
    observe(this.name, operation, 'hit', key);
    return hit;
  }

  #miss(operation: CacheOperation, key: string, now: number): undefined {
    this.count('missCount', now);
    this.emit('miss', key);
    observe(this.name, operation, 'miss', key);
    return undefined;
  }

  /** A fault is a miss; what no later read would get over is also removed. That a value does not fit is no fault. */
  #failRead(operation: CacheOperation, key: string, error: unknown, entry?: StoredEntry<P>): Awaitable<undefined> {
    if (isMisfit(error)) debugLine(error.message);
    else this.report(operation, error, key);
    this.#miss(operation, key, this.clock.now());
    return this.#heal(operation, key, error, entry);
  }

  #heal(operation: CacheOperation, key: string, error: unknown, entry?: StoredEntry<P>): Awaitable<undefined> {
    if (!isMisfit(error) && !isCacheError(error, 'CACHE_CORRUPT_ENTRY')) return undefined;
    return Promise.resolve(key)
      .then((useless) => this.healEntry(useless, entry))
      .then(ignore, (healError: unknown) => {
        this.report(operation, healError, key);
        return undefined;
      });
  }

  /** The live entry of a key, uncounted; a fault is thrown. */
  async #peek(key: string): Promise<StoredEntry<P> | undefined> {
    const entry = await this.readEntry(key);
    return entry !== undefined && this.#isServed(entry) ? entry : undefined;
  }

  /** As {@link #peek}, for those who do not need the value. */
  async #glance(key: string): Promise<StoredEntry<P> | undefined> {
    const entry = await this.peekEntry(key);
    return entry !== undefined && this.#isServed(entry) ? entry : undefined;
  }

  #isServed(entry: StoredEntry<P>): boolean {
    return isLive(entry, this.clock.now()) && !(entry.tags.length > 0 && this.isInvalidated(entry));
  }

  /** An entry without a reader: its payload is decoded. */
  protected async openWhole(key: string): Promise<OpenedEntry<P> | undefined> {
    const entry = await this.readEntry(key);
    return entry && { entry };
  }

  async #describe(operation: CacheOperation, key: string, entry: StoredEntry<P>): Promise<CacheMetadata> {
    // What the entry itself says of its use is old, but no reason to know nothing.
    const usage = await this.#attempt(operation, key, entry, async () => this.usageOf(key, entry));
    return describeEntry(key, entry, usage, this.clock.now());
  }

  #draft(key: string, value: unknown, settings: ResolvedSetOptions, isUsedAtOnce = false): Draft<P> {
    if (value === undefined) {
      throw new CacheError('CACHE_UNSERIALIZABLE', 'the value is undefined, which means a miss; store null instead', {
        key,
      });
    }
    try {
      const { ttlSeconds, tags, graceMs, isSliding } = settings;
      // Spelled out: spreading them costs a tenth of a write to memory.
      return { key, payload: this.codec.encode(value, isUsedAtOnce, key), ttlSeconds, tags, graceMs, isSliding };
    } catch (error) {
      const reason = isCacheError(error) ? error.message : 'the value is too large or too deep to be written';
      throw new CacheError('CACHE_UNSERIALIZABLE', reason, { key, cause: withoutValue(error) });
    }
  }

  async #store(operation: CacheOperation, draft: Draft<P>): Promise<boolean> {
    const { key } = draft;
    // A set has outdated what is being computed when it was called, and a `getOrSet` is that itself; others take effect now.
    const takesEffectNow = draft.expects !== undefined || operation === 'setStream';
    if (takesEffectNow && operation !== 'getOrSet') this.#computing.outdate(key);
    this.enter();
    this.#writesUnderWay++;
    try {
      const tagMark = draft.tags.length > 0 ? (draft.tagMark ?? this.markTags()) : undefined;
      const stored = this.#asksForRoom()
        ? this.#limitQueue.run('', () => this.#write(draft, tagMark))
        : this.#write(draft, tagMark);
      const refusal = isPromiseLike(stored) ? await stored : stored;
      if (refusal !== undefined) {
        if (refusal !== 'unexpected') this.report(operation, refusal, key);
        return false;
      }
      // A flight that started while the value was being written must not replace it.
      if (operation !== 'getOrSet') this.#computing.outdate(key);
      this.count('setCount', this.clock.now());
      this.emit('set', key);
      observe(this.name, operation, 'stored', key);
      if (this.hasLimits) {
        const evicted = this.#keepLimits(operation, key);
        if (isPromiseLike(evicted)) await evicted;
      }
      return true;
    } catch (error) {
      this.report(operation, error, draft.key);
      return false;
    } finally {
      this.#writesUnderWay--;
      this.leave();
    }
  }

  /** Evicts what is too much. A fault does not undo the write before it: that entry is stored, and `set` says so. */
  #keepLimits(operation: CacheOperation, writtenKey: string): Awaitable<void> {
    try {
      const evicted = this.#limitQueue.run('', () => this.evict(writtenKey));
      if (!isPromiseLike(evicted)) return;
      return evicted.then(undefined, (error: unknown) => this.report(operation, error, writtenKey));
    } catch (error) {
      this.report(operation, error, writtenKey);
    }
  }

  /** Writes the entry, or says why it was refused. */
  #write(draft: Draft<P>, tagMark: unknown): Awaitable<Refusal | undefined> {
    const { key, expects } = draft;
    if (tagMark === UNKNOWN_MARK) return refused(key, 'which of its tags are invalidated can not be told now');
    const entry = new NewEntry(this.codec, draft.payload, this.clock.now(), draft, tagMark);
    const { maxSizeBytes } = this.limits;
    if (maxSizeBytes !== undefined && entry.sizeBytes > maxSizeBytes) {
      return refused(key, `the entry of ${entry.sizeBytes} bytes is larger than maxSizeBytes, ${maxSizeBytes}`);
    }
    const finish = (hasRoom: boolean): Awaitable<Refusal | undefined> => {
      if (!hasRoom) return refused(key, "the cache is full, and its policy 'ttl' removes expired entries only");
      if (expects === undefined) return this.keyQueue.run<undefined>(key, () => this.#writeNow(key, entry));
      return this.keyQueue.run<Refusal | undefined>(key, async () => {
        const found = await this.#peek(key).catch(undefinedIfCorrupt);
        return expects(found) ? this.#writeNow(key, entry) : 'unexpected';
      });
    };
    const room = !this.#asksForRoom() || this.hasRoom(key, entry);
    return isPromiseLike(room) ? room.then(finish) : finish(room);
  }

  /** Whether a write waits for its turn and for room. */
  #asksForRoom(): boolean {
    return this.hasLimits && this.evictionPolicy === 'ttl';
  }

  #writeNow(key: string, entry: StoredEntry<P>): Awaitable<undefined> {
    if (entry.tags.length > 0 && this.isInvalidatedSince(entry.tags, entry.tagMark)) return this.#writeNothing(key);
    const written = this.writeEntry(key, entry);
    if (isPromiseLike(written)) return written.then(() => this.#noteWritten(key, entry));
    return this.#noteWritten(key, entry);
  }

  /** For what was invalidated on its way: as if it had been written before, and is gone. */
  #writeNothing(key: string): Awaitable<undefined> {
    const removed = this.removeEntry(key);
    if (isPromiseLike(removed)) return removed.then(() => this.noteRemoved(key)).then(ignore);
    this.noteRemoved(key);
    return undefined;
  }

  #noteWritten(key: string, entry: StoredEntry<P>): undefined {
    if (this.freshKeys !== undefined && !this.isInvalidatedSince(entry.tags, entry.tagMark)) this.freshKeys.add(key);
    try {
      this.noteWritten(key, entry);
    } catch (error) {
      this.report('set', error, key);
    }
  }

  async #delete(key: string): Promise<boolean> {
    this.#computing.outdate(key);
    const deleted = await this.keyQueue.run(key, async () => {
      const wasLive = await this.#glance(key).then(
        (entry) => entry !== undefined,
        // Damage hides nothing that a read could have found; what can't be read now may be an entry that is being removed.
        (error: unknown) => !isCacheError(error, 'CACHE_CORRUPT_ENTRY'),
      );
      const removed = await this.removeEntry(key);
      this.noteRemoved(key);
      // What began to be computed while the entry was being removed may be made of what made the entry wrong.
      this.#computing.outdate(key);
      return removed && wasLive;
    });
    if (deleted) {
      this.count('deleteCount', this.clock.now());
      this.emit('delete', key);
    }
    observe(this.name, 'delete', deleted ? 'removed' : 'absent', key);
    return deleted;
  }

  /** Removes the live entry that it returns, and no other. */
  async #takeOut(key: string, fitting?: Fitting): Promise<Hit<P> | undefined> {
    this.#computing.outdate(key);
    let taken: Hit<P> | undefined;
    let found: StoredEntry<P> | undefined;
    try {
      taken = await this.keyQueue.run(key, async () => {
        const entry = await this.#peek(key);
        if (entry === undefined) return undefined;
        found = entry;
        const decode = () => this.#decode(key, entry);
        const hit = { value: fitting === undefined ? decode() : await fitted(fitting, key, entry, decode), entry };
        if (!(await this.removeEntry(key))) return undefined;
        this.noteRemoved(key);
        this.#computing.outdate(key);
        return hit;
      });
    } catch (error) {
      return this.#failRead('take', key, error, found);
    }
    const now = this.clock.now();
    if (taken === undefined) return this.#miss('take', key, now);
    this.count('deleteCount', now);
    this.emit('delete', key);
    return this.#hit('take', key, taken, now);
  }

  #markTags(): unknown {
    try {
      return this.markTags();
    } catch {
      // Told when something tagged comes to be stored: until then it is no fault of the operation.
      return UNKNOWN_MARK;
    }
  }

  async #failLate(operation: CacheOperation, key: string, error: unknown): Promise<void> {
    if (this.isClosed) return;
    await this.#entered(async () => {
      this.report(operation, error, key);
      await this.#heal(operation, key, error);
    });
  }

  #createAccess(): StoreAccess<P> {
    return {
      clock: this.clock,
      codec: this.codec,
      defaultTtlSeconds: this.defaultTtlSeconds,
      maxSizeBytes: this.limits.maxSizeBytes,
      isReady: () => this.isReady,
      isClosed: () => this.isClosed,
      isShared: () => this.capabilities.multiProcess,
      checkOpen: () => this.checkOpen(),
      openStore: () => this.openOnce(),
      openForRead: (operation, ...keys) => this.#openForRead(operation, ...keys),
      enter: () => this.enter(),
      leave: () => this.leave(),
      entered: (task) => this.#entered(task),
      guarded: (operation, key, fallback, task) => this.#guarded(operation, key, fallback, task),
      attempt: (operation, key, fallback, task) => this.#attempt(operation, key, fallback, task),
      read: (operation, key, fitting) => this.#read(operation, key, fitting),
      finishRead: (operation, key, entry, value) => this.#finishRead(operation, key, entry, undefined, value),
      failRead: (operation, key, error) => this.#failRead(operation, key, error),
      failLate: (operation, key, error) => this.#failLate(operation, key, error),
      // What transforms change they change as a whole.
      stageEntry: (key) => (this.#isTransformed ? undefined : this.stageEntry(key)),
      openEntry: (key) => (this.#isTransformed ? this.openWhole(key) : this.openEntry(key)),
      peek: (key) => this.#peek(key),
      readAny: (key) => this.readEntry(key),
      isServed: (entry) => this.#isServed(entry),
      isInvalidated: (entry) => this.isInvalidated(entry),
      isInvalidatedSince: (tags, mark) => mark === UNKNOWN_MARK || this.isInvalidatedSince(tags, mark),
      markTags: () => this.#markTags(),
      decode: (key, entry) => this.#decode(key, entry),
      draft: (key, value, settings) => this.#draft(key, value, settings),
      store: (operation, draft) => this.#store(operation, draft),
      remove: (key) => this.#delete(key),
      takeOut: (key, fitting) => this.#takeOut(key, fitting),
      describe: (operation, key, entry) => this.#describe(operation, key, entry),
      listEntries: () => this.listEntries(),
      withEntryLock: (key, task) => this.withEntryLock(key, task),
      withUpdateLock: (key, task) => this.withUpdateLock(key, task),
      report: (operation, cause, key) => this.report(operation, cause, key),
    };
  }
}

function refused(key: string, reason: string): CacheError {
  return new CacheError('CACHE_BACKEND_FAILED', `set of ${printableKey(key)} was refused: ${reason}`, { key });
}

/** Parsers quote what they could not read: the cause of an error must not carry a value. */
function withoutValue(error: unknown): unknown {
  return isCacheError(error) || error instanceof RangeError ? error : undefined;
}

/** The same error, with the key that the codec may not have been told. */
function withKey({ code, message, cause }: CacheError, key: string): CacheError {
  return new CacheError(code, message, { key, cause });
}

function undefinedIfCorrupt(error: unknown): undefined {
  if (!isCacheError(error, 'CACHE_CORRUPT_ENTRY')) throw error;
}

function ignore(): undefined {
  return undefined;
}
