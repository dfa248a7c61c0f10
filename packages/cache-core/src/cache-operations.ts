import { CacheLifecycle } from './cache-lifecycle.js';
import {
  checkEntries,
  checkKey,
  checkKeys,
  checkPair,
  checkPrefix,
  type ResolvedSetOptions,
  resolveSetOptions,
} from './checks.js';
import { describeEntry, type EntryUsage, isExpired, isLive, NewEntry } from './entry.js';
import { CacheError, isCacheError } from './errors.js';
import { isPromiseLike, KeyQueue } from './key-queue.js';
import { type CacheOperation, observe, printableKey } from './observation.js';
import { type BaseCacheOptions, describeValue } from './options.js';
import { type Flight, SingleFlight } from './single-flight.js';
import { type CacheCounters, type StoreTotals, snapshotStats } from './stats.js';
import type {
  CacheManager,
  CacheMetadata,
  CacheStats,
  Codec,
  Factory,
  GetOrSetOptions,
  LookupResult,
  SetOptions,
  StoredEntry,
} from './types.js';

type Awaitable<T> = T | Promise<T>;

interface Hit<P> {
  readonly value: unknown;
  readonly entry: StoredEntry<P>;
}

/** What a flight of `getOrSet` brings: the payload lets every waiter have a value of its own. */
interface Computed<P> {
  readonly value: unknown;
  readonly payload?: P;
}

interface Draft<P> extends ResolvedSetOptions {
  readonly key: string;
  readonly payload: P;
}

/** Parallel reads that `getMany` asks of a backend whose hooks return promises. */
const BATCH_SIZE = 64;

/**
 * The public operations, each a check, a hook, a count. Not for backends to extend: they extend `BaseCacheManager`,
 * which has a default for every hook but four.
 */
export abstract class CacheOperations<P> extends CacheLifecycle implements CacheManager {
  protected readonly codec: Codec<P>;
  /** Keeps hooks on one key in order. */
  protected readonly keyQueue = new KeyQueue();
  readonly #flights = new SingleFlight<Computed<P>>();
  readonly #limitQueue = new KeyQueue();
  #cleanup: Promise<number> | undefined;

  constructor(options: BaseCacheOptions, codec: Codec<P>) {
    super(options);
    this.codec = codec;
  }

  // --- hooks: described in BaseCacheManager ---
  protected abstract readEntry(key: string): Awaitable<StoredEntry<P> | undefined>;
  protected abstract writeEntry(key: string, entry: StoredEntry<P>): Awaitable<void>;
  protected abstract removeEntry(key: string): Awaitable<boolean>;
  protected abstract listEntries(): Iterable<CacheMetadata> | AsyncIterable<CacheMetadata>;
  protected abstract touchEntry(key: string, entry: StoredEntry<P>, now: number): Awaitable<void>;
  protected abstract usageOf(key: string, entry: StoredEntry<P>): Awaitable<EntryUsage>;
  protected abstract noteWritten(key: string, entry: StoredEntry<P>): void;
  protected abstract noteRemoved(key: string): void;
  protected abstract noteExpired(key: string, entry: StoredEntry<P>): void;
  protected abstract healEntry(key: string): Awaitable<void>;
  protected abstract clearStore(): Awaitable<void>;
  protected abstract sweepStore(now: number, automatic: boolean): Awaitable<number>;
  protected abstract hasRoom(key: string, entry: StoredEntry<P>): Awaitable<boolean>;
  protected abstract evict(writtenKey: string | undefined): Awaitable<void>;
  protected abstract measureStore(): Awaitable<StoreTotals>;
  protected abstract loadStats(own: Readonly<CacheCounters>): Awaitable<Readonly<CacheCounters>>;
  protected abstract withEntryLock<T>(key: string, task: () => Promise<T>): Promise<T>;

  get<T = unknown>(key: string): Promise<T | undefined>;
  get<T, D>(key: string, defaultValue: D): Promise<T | D>;
  async get(key: string, defaultValue?: unknown): Promise<unknown> {
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
    const draft = this.#draft(key, value, resolveSetOptions(options, this.defaultTtlSeconds, key));
    if (!this.isReady && !(await this.openOnce())) return false;
    this.#flights.outdate(key);
    return this.#store('set', draft);
  }

  async exists(key: string): Promise<boolean> {
    this.#check(key);
    return this.#guarded('exists', key, false, async () => {
      const found = (await this.#peek(key)) !== undefined;
      observe(this.name, 'exists', found ? 'hit' : 'miss', key);
      return found;
    });
  }

  async delete(key: string): Promise<boolean> {
    this.#check(key);
    return this.#guarded('delete', key, false, () => this.#delete(key));
  }

  async clear(): Promise<void> {
    this.checkOpen();
    await this.#guarded('clear', undefined, undefined, async () => {
      this.#flights.outdateAll();
      // Writes under way were asked for earlier: one that landed after a listing of the store would survive.
      if (this.#limitQueue.isBusy) await this.#limitQueue.idle();
      if (this.keyQueue.isBusy) await this.keyQueue.idle();
      await this.clearStore();
      this.#flights.outdateAll();
      this.emitClear();
      observe(this.name, 'clear', 'done');
    });
  }

  async getMany<T = unknown>(keys: readonly string[]): Promise<Map<string, T>> {
    this.checkOpen();
    checkKeys(keys);
    const found = new Map<string, T>();
    // A copy: the caller's array may change while the batches are awaited.
    const wanted = [...keys];
    if (!this.isReady && !(await this.#openForRead('get', ...wanted))) return found;
    this.enter();
    try {
      for (let start = 0; start < wanted.length; start += BATCH_SIZE) {
        const batch = wanted.slice(start, start + BATCH_SIZE);
        const hits = await Promise.all(batch.map((key) => this.#read('get', key)));
        hits.forEach((hit, index) => {
          if (hit !== undefined) found.set(batch[index] as string, hit.value as T);
        });
      }
      return found;
    } finally {
      this.leave();
    }
  }

  async setMany(entries: Iterable<readonly [string, unknown, SetOptions?]>): Promise<number> {
    this.checkOpen();
    // Everything is checked and encoded before anything is stored: a mistake in the last entry stores none.
    checkEntries(entries);
    const drafts = Array.from(entries, (entry) => {
      checkPair(entry);
      const [key, value, options] = entry;
      checkKey(key);
      return this.#draft(key, value, resolveSetOptions(options, this.defaultTtlSeconds, key));
    });
    if (!this.isReady && !(await this.openOnce())) return 0;
    // One operation to `close`, which must not release the store between two entries.
    return this.#entered(async () => {
      let stored = 0;
      for (const draft of drafts) {
        this.#flights.outdate(draft.key);
        if (await this.#store('set', draft)) stored++;
      }
      return stored;
    });
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    this.checkOpen();
    checkKeys(keys);
    const unwanted = [...keys];
    return this.#guarded('delete', undefined, 0, async () => {
      let deleted = 0;
      for (const key of unwanted) {
        if (await this.#attempt('delete', key, false, () => this.#delete(key))) deleted++;
      }
      return deleted;
    });
  }

  async *keys(options: { prefix?: string } = {}): AsyncGenerator<string, void, undefined> {
    this.checkOpen();
    const prefix = checkPrefix(options);
    if (!this.isReady && !(await this.openOnce())) return;
    this.enter();
    try {
      for await (const metadata of this.listEntries()) {
        const { key } = metadata;
        if (!key.startsWith(prefix) || !isLive(metadata, this.clock.now())) continue;
        // Under way only while the store is asked: a caller may stop half-way and never come back.
        this.leave();
        try {
          yield key;
        } finally {
          this.enter();
        }
        this.checkOpen();
      }
    } catch (error) {
      if (isCacheError(error, 'CACHE_CLOSED')) throw error;
      this.report('keys', error);
    } finally {
      this.leave();
    }
    observe(this.name, 'keys', 'done');
  }

  async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions): Promise<T> {
    this.#check(key);
    if (typeof factory !== 'function') {
      throw new CacheError('CACHE_INVALID_CONFIG', `the factory is ${describeValue(factory)}; allowed is a function`, {
        key,
      });
    }
    const settings = resolveSetOptions(options, this.defaultTtlSeconds, key);
    const isOpen = this.isReady || (await this.#openForRead('getOrSet', key));
    const hit = isOpen ? await this.#entered(async () => this.#read('getOrSet', key)) : undefined;
    if (hit !== undefined) return hit.value as T;
    const { result, isLeader } = this.#flights.join(key, (flight) => this.#compute(key, factory, settings, flight));
    const computed = await result;
    const isOwnValue = isLeader || computed.payload === undefined;
    return (isOwnValue ? computed.value : this.codec.decode(computed.payload as P)) as T;
  }

  async getMetadata(key: string): Promise<CacheMetadata | undefined> {
    this.#check(key);
    return this.#guarded('getMetadata', key, undefined, async () => {
      const entry = await this.#peek(key);
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

  #check(key: string): void {
    this.checkOpen();
    checkKey(key);
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
  #read(operation: CacheOperation, key: string): Awaitable<Hit<P> | undefined> {
    try {
      const read = this.readEntry(key);
      if (!isPromiseLike(read)) return this.#finishRead(operation, key, read);
      return read
        .then((entry) => this.#finishRead(operation, key, entry))
        .then(undefined, (error: unknown) => this.#failRead(operation, key, error));
    } catch (error) {
      return this.#failRead(operation, key, error);
    }
  }

  #finishRead(
    operation: CacheOperation,
    key: string,
    entry: StoredEntry<P> | undefined,
  ): Awaitable<Hit<P> | undefined> {
    const now = this.clock.now();
    if (entry === undefined) return this.#miss(operation, key, now);
    if (!isLive(entry, now)) {
      if (isExpired(entry, now)) this.noteExpired(key, entry);
      return this.#miss(operation, key, now);
    }
    let hit: Hit<P>;
    try {
      hit = { value: this.#decode(key, entry), entry };
    } catch (error) {
      return this.#failRead(operation, key, error);
    }
    try {
      const touched = this.touchEntry(key, entry, now);
      if (isPromiseLike(touched)) {
        return touched
          .then(undefined, (error: unknown) => this.report(operation, error, key))
          .then(() => this.#hit(operation, key, hit, now));
      }
    } catch (error) {
      this.report(operation, error, key);
    }
    return this.#hit(operation, key, hit, now);
  }

  #decode(key: string, entry: StoredEntry<P>): unknown {
    try {
      return this.codec.decode(entry.payload);
    } catch (error) {
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

  /** A fault is a miss; damage, which no later read would get over, is also removed. */
  #failRead(operation: CacheOperation, key: string, error: unknown): Awaitable<undefined> {
    this.report(operation, error, key);
    this.#miss(operation, key, this.clock.now());
    if (!isCacheError(error, 'CACHE_CORRUPT_ENTRY')) return undefined;
    return Promise.resolve(key)
      .then((damaged) => this.healEntry(damaged))
      .then(ignore, (healError: unknown) => {
        this.report(operation, healError, key);
        return undefined;
      });
  }

  /** The live entry of a key, uncounted; a fault is thrown. */
  async #peek(key: string): Promise<StoredEntry<P> | undefined> {
    const entry = await this.readEntry(key);
    return entry !== undefined && isLive(entry, this.clock.now()) ? entry : undefined;
  }

  async #describe(operation: CacheOperation, key: string, entry: StoredEntry<P>): Promise<CacheMetadata> {
    // What the entry itself says of its use is old, but no reason to know nothing.
    const usage = await this.#attempt(operation, key, entry, async () => this.usageOf(key, entry));
    return describeEntry(key, entry, usage, this.clock.now());
  }

  #draft(key: string, value: unknown, settings: ResolvedSetOptions): Draft<P> {
    if (value === undefined) {
      throw new CacheError('CACHE_UNSERIALIZABLE', 'the value is undefined, which means a miss; store null instead', {
        key,
      });
    }
    try {
      return { key, payload: this.codec.encode(value), ...settings };
    } catch (error) {
      const reason = isCacheError(error) ? error.message : 'the value is too large or too deep to be written';
      throw new CacheError('CACHE_UNSERIALIZABLE', reason, { key, cause: withoutValue(error) });
    }
  }

  async #store(operation: CacheOperation, draft: Draft<P>): Promise<boolean> {
    this.enter();
    try {
      const { key } = draft;
      const stored =
        this.hasLimits && this.evictionPolicy === 'ttl'
          ? this.#limitQueue.run('', () => this.#write(draft))
          : this.#write(draft);
      const refusal = isPromiseLike(stored) ? await stored : stored;
      if (refusal !== undefined) {
        this.report(operation, refusal, key);
        return false;
      }
      // A flight that started while the value was being written must not replace it.
      if (operation === 'set') this.#flights.outdate(key);
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
  #write({ key, payload, ttlSeconds, tags }: Draft<P>): Awaitable<CacheError | undefined> {
    const now = this.clock.now();
    const entry = new NewEntry(this.codec, payload, {
      createdAt: now,
      ttlSeconds,
      tags,
      accessCount: 0,
      lastAccessedAt: now,
    });
    const { maxSizeBytes } = this.limits;
    if (maxSizeBytes !== undefined && entry.sizeBytes > maxSizeBytes) {
      return refused(key, `the entry of ${entry.sizeBytes} bytes is larger than maxSizeBytes, ${maxSizeBytes}`);
    }
    const finish = (hasRoom: boolean): Awaitable<CacheError | undefined> => {
      if (!hasRoom) return refused(key, "the cache is full, and its policy 'ttl' removes expired entries only");
      return this.keyQueue.run<undefined>(key, () => {
        const written = this.writeEntry(key, entry);
        if (isPromiseLike(written)) return written.then(() => this.#noteWritten(key, entry));
        return this.#noteWritten(key, entry);
      });
    };
    const room = !this.hasLimits || this.evictionPolicy !== 'ttl' || this.hasRoom(key, entry);
    return isPromiseLike(room) ? room.then(finish) : finish(room);
  }

  #noteWritten(key: string, entry: StoredEntry<P>): undefined {
    try {
      this.noteWritten(key, entry);
    } catch (error) {
      this.report('set', error, key);
    }
  }

  async #delete(key: string): Promise<boolean> {
    this.#flights.outdate(key);
    const deleted = await this.keyQueue.run(key, async () => {
      const wasLive = await this.#peek(key).then(
        (entry) => entry !== undefined,
        // Damage hides nothing that a read could have found; what can't be read now may be an entry that is being removed.
        (error: unknown) => !isCacheError(error, 'CACHE_CORRUPT_ENTRY'),
      );
      const removed = await this.removeEntry(key);
      this.noteRemoved(key);
      // What began to be computed while the entry was being removed may be made of what made the entry wrong.
      this.#flights.outdate(key);
      return removed && wasLive;
    });
    if (deleted) {
      this.count('deleteCount', this.clock.now());
      this.emit('delete', key);
    }
    observe(this.name, 'delete', deleted ? 'removed' : 'absent', key);
    return deleted;
  }

  async #compute<T>(
    key: string,
    factory: Factory<T>,
    settings: ResolvedSetOptions,
    flight: Flight,
  ): Promise<Computed<P>> {
    const task = async (): Promise<Computed<P>> => {
      const found = await this.#findAgain(key);
      if (found !== undefined) return found;
      const value: T = await factory();
      if (value === undefined) return { value };
      const draft = this.#draft(key, value, settings);
      const canStore = this.isReady || (!this.isClosed && (await this.openOnce()));
      if (canStore && !this.isClosed && !flight.isOutdated) await this.#store('getOrSet', draft);
      return { value, payload: draft.payload };
    };
    return this.isReady ? this.#locked(key, task) : task();
  }

  /** Runs the task once, under the key's lock if it can be had: a fault of the lock is none of the task. */
  async #locked<T>(key: string, task: () => Promise<T>): Promise<T> {
    let running: Promise<T> | undefined;
    const runOnce = () => {
      running ??= task();
      return running;
    };
    try {
      return await this.withEntryLock(key, runOnce);
    } catch (error) {
      const result = await runOnce();
      this.report('getOrSet', error, key);
      return result;
    }
  }

  /** Another flight, here or in another process, may have stored the key since the read that missed. */
  async #findAgain(key: string): Promise<Computed<P> | undefined> {
    if (!this.isReady) return undefined;
    return this.#guarded('getOrSet', key, undefined, async () => {
      const entry = await this.#peek(key);
      return entry && { value: this.#decode(key, entry), payload: entry.payload };
    });
  }
}

function refused(key: string, reason: string): CacheError {
  return new CacheError('CACHE_BACKEND_FAILED', `set of ${printableKey(key)} was refused: ${reason}`, { key });
}

/** Parsers quote what they could not read: the cause of an error must not carry a value. */
function withoutValue(error: unknown): unknown {
  return isCacheError(error) || error instanceof RangeError ? error : undefined;
}

function ignore(): undefined {
  return undefined;
}
