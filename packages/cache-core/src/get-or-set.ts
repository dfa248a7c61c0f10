import { isExpired, isLive, isSameEntry } from './entry.js';
import { CacheError, isCacheError } from './errors.js';
import { FactoryRun } from './factory-context.js';
import { FailureMemory } from './failure-memory.js';
import { fitted, isUseless } from './fitting.js';
import type { ResolvedGetOrSetOptions } from './get-or-set-options.js';
import { isPromiseLike } from './key-queue.js';
import { printableKey } from './observation.js';
import { Refreshes } from './refreshes.js';
import { type Flight, SingleFlight } from './single-flight.js';
import type { Draft, Hit, StoreAccess } from './store-access.js';
import { LATE, within } from './timeouts.js';
import type { Factory, StoredEntry } from './types.js';

/** What a flight brings: the payload lets every waiter have a value of its own. */
interface Computed<P> {
  readonly value: unknown;
  readonly payload?: P | undefined;
  /** Whether it was there already, and not computed. */
  readonly isFound?: boolean | undefined;
  /** The tags of the value, and when its computing, or the look at it, began. */
  readonly made?: { readonly tags: readonly string[]; readonly tagMark: unknown } | undefined;
}

interface Found<P> {
  readonly value: unknown;
  readonly payload: P;
  readonly tags: readonly string[];
}

/** What is there when computing begins: a value that will do, or an entry of no use to this reader. */
interface SecondLook<P> {
  readonly found?: Found<P>;
  readonly entry?: StoredEntry<P>;
}

/** Told how a `getOrSet` came to its value: `'miss'` when it waits for a factory, `'stale'` when it gives up doing so. */
export type TellComputed = (found: 'hit' | 'miss' | 'stale') => void;

/** `getOrSet`: one run of a factory for all that ask for a missing key at once. */
export class Computing<P> {
  readonly #store: StoreAccess<P>;
  readonly #random: () => number;
  readonly #flights: SingleFlight<Computed<P>>;
  readonly #failures: FailureMemory;
  readonly #refreshes: Refreshes;

  /**
   * @param random a number from 0 to 1 for each jittered ttl
   * @param like whose flights and failures are these too
   */
  constructor(store: StoreAccess<P>, random: () => number = Math.random, like?: Computing<P>) {
    this.#store = store;
    this.#random = random;
    this.#flights = like === undefined ? new SingleFlight() : like.#flights;
    this.#failures = like === undefined ? new FailureMemory(store.clock) : like.#failures;
    this.#refreshes = like === undefined ? new Refreshes(store) : like.#refreshes;
  }

  /** For readers who expect something of entries, and share runs and failures with the others. */
  over(store: StoreAccess<P>): Computing<P> {
    return new Computing(store, this.#random, this);
  }

  /** The key is being written or removed: what is being computed for it must not replace that. */
  outdate(key: string): void {
    this.#flights.outdate(key);
    this.#failures.forget(key);
  }

  /** As {@link outdate}, for every key that starts so. */
  outdateAll(prefix: string): void {
    this.#flights.outdateAll(prefix);
    this.#failures.forgetAll(prefix);
  }

  /** Waits a moment for what is being computed in the background, and ends what takes longer. */
  close(): Promise<void> {
    return this.#refreshes.close();
  }

  async getOrSet<T>(
    key: string,
    factory: Factory<T>,
    settings: ResolvedGetOrSetOptions,
    tell?: TellComputed,
  ): Promise<T> {
    const store = this.#store;
    const isOpen = store.isReady() || (await store.openForRead('getOrSet', key));
    const read = isOpen ? store.read('getOrSet', key) : undefined;
    // What is read without a promise is done before anybody could close the cache.
    const hit = isPromiseLike(read) ? await store.entered(() => read) : read;
    tell?.(hit === undefined ? 'miss' : 'hit');
    if (hit !== undefined) {
      if (this.#isDue(hit.entry, settings)) this.#refreshAhead(key, factory, settings, hit.entry);
      return hit.value as T;
    }
    const stale = isOpen && settings.graceMs > 0 ? await this.#findStale(key, settings.graceMs) : undefined;
    const failure = settings.errorTtlMs === undefined ? undefined : this.#failures.get(key);
    if (failure !== undefined && !this.#flights.has(key)) {
      if (stale === undefined) throw failure.error;
      tell?.('stale');
      return stale.value as T;
    }
    if (stale === undefined) return (await this.#joinAndWait(key, factory, settings)) as T;
    const { flight, isLeader } = this.#join(key, factory, settings, stale.entry);
    const fresh = await this.#waitOrGiveUp(key, flight, isLeader, settings);
    if (fresh === undefined) tell?.('stale');
    return (fresh ?? stale).value as T;
  }

  async #joinAndWait<T>(key: string, factory: Factory<T>, settings: ResolvedGetOrSetOptions): Promise<unknown> {
    for (;;) {
      const { flight, isLeader } = this.#join(key, factory, settings, undefined);
      const askedAt = isLeader ? undefined : this.#store.markTags();
      const isLate = flight.hasLooked;
      const computed = await this.#wait(key, flight, settings.hardTimeoutMs);
      const isTooOld = !isLeader && ((isLate && computed.isFound === true) || this.#wasInvalidated(computed, askedAt));
      if (!isTooOld) return this.#valueOf(key, computed, isLeader);
      this.#flights.end(key, flight);
    }
  }

  /** Whether the tags of a value were invalidated after it began to be computed, and before a caller asked for it. */
  #wasInvalidated({ made }: Computed<P>, askedAt: unknown): boolean {
    if (made === undefined || made.tags.length === 0) return false;
    try {
      const { tags, tagMark } = made;
      return this.#store.isInvalidatedSince(tags, tagMark) && !this.#store.isInvalidatedSince(tags, askedAt);
    } catch {
      // It can't be told: the store is as unreadable as if it were empty.
      return true;
    }
  }

  #join<T>(key: string, factory: Factory<T>, settings: ResolvedGetOrSetOptions, seen: StoredEntry<P> | undefined) {
    return this.#flights.join(key, (flight) => this.#compute(key, factory, settings, seen, flight));
  }

  async #wait(key: string, flight: Flight<Computed<P>>, limitMs: number | undefined): Promise<Computed<P>> {
    flight.enter();
    const computed = await within(this.#store.clock, flight.result, limitMs);
    if (computed !== LATE) return computed;
    const reason = timedOut(key, limitMs);
    this.#giveUp(key, flight, reason);
    throw reason;
  }

  /** As `#wait`, for a caller who has something to go on with: `undefined` instead of a long wait or an error. */
  async #waitOrGiveUp(
    key: string,
    flight: Flight<Computed<P>>,
    isLeader: boolean,
    { softTimeoutMs, hardTimeoutMs }: ResolvedGetOrSetOptions,
  ): Promise<{ readonly value: unknown } | undefined> {
    // One caller refreshes, and the others need not wait for it.
    if (!isLeader) return undefined;
    flight.enter();
    const isSoft = softTimeoutMs !== undefined && softTimeoutMs < (hardTimeoutMs ?? Number.POSITIVE_INFINITY);
    try {
      const computed = await within(this.#store.clock, flight.result, isSoft ? softTimeoutMs : hardTimeoutMs);
      if (computed !== LATE) return { value: await this.#valueOf(key, computed, true) };
    } catch (error) {
      this.#store.report('getOrSet', failed(key, error), key);
      return undefined;
    }
    if (isSoft) {
      const leftMs = hardTimeoutMs === undefined ? undefined : hardTimeoutMs - softTimeoutMs;
      this.#goOnInBackground(key, flight, hardTimeoutMs, leftMs);
    } else {
      const reason = timedOut(key, hardTimeoutMs);
      this.#giveUp(key, flight, reason);
      this.#store.report('getOrSet', reason, key);
    }
    return undefined;
  }

  #valueOf(key: string, { value, payload }: Computed<P>, isOwnValue: boolean): unknown {
    const { codec, fitting } = this.#store;
    const own = isOwnValue || payload === undefined ? value : codec.decode(payload, false, key);
    return fitting === undefined || own === undefined ? own : fitting.fit(key, own);
  }

  #isDue({ ttlSeconds, expiresAt }: StoredEntry<P>, { refreshAhead }: ResolvedGetOrSetOptions): boolean {
    if (refreshAhead === undefined || ttlSeconds === null || expiresAt === null) return false;
    return expiresAt - this.#store.clock.now() <= ttlSeconds * 1_000 * (1 - refreshAhead);
  }

  #refreshAhead<T>(key: string, factory: Factory<T>, settings: ResolvedGetOrSetOptions, entry: StoredEntry<P>): void {
    if (this.#flights.has(key)) return;
    if (settings.errorTtlMs !== undefined && this.#failures.get(key) !== undefined) return;
    const { flight } = this.#join(key, factory, settings, entry);
    flight.enter();
    this.#goOnInBackground(key, flight, settings.hardTimeoutMs, settings.hardTimeoutMs);
  }

  /** The caller, who has entered the flight, goes on without its result, which still is to be stored. */
  #goOnInBackground(
    key: string,
    flight: Flight<Computed<P>>,
    limitMs: number | undefined,
    leftMs: number | undefined,
  ): void {
    this.#refreshes.add(flight, leftMs, {
      onFailure: (error) => this.#store.report('getOrSet', failed(key, error), key),
      onLate: () => {
        const reason = timedOut(key, limitMs);
        this.#giveUp(key, flight, reason);
        this.#store.report('getOrSet', reason, key);
      },
      onClose: () => this.#giveUp(key, flight, new CacheError('CACHE_CLOSED', 'the cache was closed', { key })),
    });
  }

  #giveUp(key: string, flight: Flight<Computed<P>>, reason: CacheError): void {
    flight.giveUp(reason);
    if (flight.isAborted) this.#flights.end(key, flight);
  }

  async #compute<T>(
    key: string,
    factory: Factory<T>,
    settings: ResolvedGetOrSetOptions,
    seen: StoredEntry<P> | undefined,
    flight: Flight<Computed<P>>,
  ): Promise<Computed<P>> {
    const store = this.#store;
    const task = async (): Promise<Computed<P>> => {
      const lookedAt = store.markTags();
      flight.hasLooked = true;
      // The lock may have come when everybody had given up.
      const { found, entry } = await flight.untilAborted(this.#lookAgain(key, seen));
      if (found !== undefined) {
        this.#flights.end(key, flight);
        const { value, payload, tags } = found;
        return { value, payload, isFound: true, made: { tags, tagMark: lookedAt } };
      }
      const tagMark = store.markTags();
      const run = new FactoryRun(key, flight, settings, () => seen && store.decode(key, seen));
      const { value, isWanted } = await this.#run(key, factory, settings, run, flight);
      if (value === undefined) return { value };
      const options = run.setOptions(this.#random());
      const made = { tags: options.tags, tagMark };
      if (!isWanted) return { value, payload: this.#tryEncode(key, value), made };
      const draft = { ...store.draft(key, value, options), tagMark };
      const isOpen = store.isReady() || (!store.isClosed() && (await store.openStore()));
      // What is kept was begun with the store open, and a cache that closes waits for it.
      const canStore = (isOpen && !store.isClosed()) || flight.isKept;
      if (canStore && !flight.isOutdated && !this.#isTooLate(draft)) {
        const expects = (found: StoredEntry<P> | undefined) => isOlder(found, entry ?? seen);
        await store.store('getOrSet', store.isShared() ? { ...draft, expects } : draft);
      }
      return { value, payload: draft.payload, made };
    };
    return store.isReady() ? this.#locked(key, task) : task();
  }

  /** Whether what was computed must not replace what is there: its tags were invalidated meanwhile. */
  #isTooLate({ tags, tagMark }: Draft<P>): boolean {
    try {
      return tags.length > 0 && this.#store.isInvalidatedSince(tags, tagMark);
    } catch {
      // The write comes upon the same fault, and tells it.
      return false;
    }
  }

  async #run<T>(
    key: string,
    factory: Factory<T>,
    { errorTtlMs }: ResolvedGetOrSetOptions,
    run: FactoryRun,
    flight: Flight<Computed<P>>,
  ): Promise<{ value: T; isWanted: boolean }> {
    try {
      const value = await flight.untilAborted((async () => factory(run))());
      return { value, isWanted: value !== undefined && run.wants(value) };
    } catch (error) {
      if (errorTtlMs !== undefined && !flight.isAborted && !flight.isOutdated) {
        this.#failures.remember(key, error, errorTtlMs);
      }
      throw error;
    }
  }

  /** What is not stored may be of any kind: waiters get a value of their own where that can be had. */
  #tryEncode(key: string, value: unknown): P | undefined {
    try {
      return this.#store.codec.encode(value, false, key);
    } catch {
      return undefined;
    }
  }

  /** Runs the task once, under the key's lock if it can be had: a fault of the lock is none of the task. */
  async #locked<T>(key: string, task: () => Promise<T>): Promise<T> {
    let running: Promise<T> | undefined;
    const runOnce = () => {
      running ??= task();
      return running;
    };
    try {
      return await this.#store.withEntryLock(key, runOnce);
    } catch (error) {
      const result = await runOnce();
      this.#store.report('getOrSet', error, key);
      return result;
    }
  }

  /** Another flight, here or in another process, may have stored the key since it was missed, or `seen` and found too old. */
  async #lookAgain(key: string, seen: StoredEntry<P> | undefined): Promise<SecondLook<P>> {
    const store = this.#store;
    if (!store.isReady()) return {};
    return store.guarded('getOrSet', key, {}, async () => {
      const entry = await store.peek(key);
      if (entry === undefined || entry.createdAt === seen?.createdAt) return {};
      const hit = await this.#use(key, entry);
      if (hit === undefined) return { entry };
      // Not what a reader makes of it: all who wait do that for themselves.
      const value = store.fitting === undefined ? hit.value : store.decode(key, entry);
      return { found: { value, payload: entry.payload, tags: entry.tags } };
    });
  }

  /** An entry that expired less than `graceMs` ago. */
  #findStale(key: string, graceMs: number): Promise<Hit<P> | undefined> {
    const store = this.#store;
    return store.guarded('getOrSet', key, undefined, async () => {
      const entry = await store.readAny(key);
      const now = store.clock.now();
      // Not dated by a wrong clock, and no later than the grace that the caller asks for, whatever the writer kept it for.
      if (entry === undefined || entry.expiresAt === null || !isLive({ ...entry, expiresAt: null }, now))
        return undefined;
      if (entry.tags.length > 0 && store.isInvalidated(entry)) return undefined;
      if (!isExpired(entry, now) || now >= entry.expiresAt + graceMs) return undefined;
      return this.#use(key, entry);
    });
  }

  /** An entry that was not read by a counted read; `undefined` for one of no use to this reader. */
  async #use(key: string, entry: StoredEntry<P>): Promise<Hit<P> | undefined> {
    const { fitting } = this.#store;
    const decode = () => this.#store.decode(key, entry);
    try {
      return { value: await (fitting === undefined ? decode() : fitted(fitting, key, entry, decode)), entry };
    } catch (error) {
      // The read before this one has told of it; of damage, it may be news.
      if (isUseless(error) && !isCacheError(error, 'CACHE_CORRUPT_ENTRY')) return undefined;
      throw error;
    }
  }
}

/**
 * Whether nobody has stored the key since its computing began. Another process can have done so, which a flight is not
 * told of:
 *
 * ```
 * A                                          B
 * misses, takes the key's lock, computes     misses, waits for the lock
 * is slow, or stopped                        gives up waiting, computes by itself, stores
 * stores what is older
 * ```
 */
function isOlder(found: StoredEntry<unknown> | undefined, seen: StoredEntry<unknown> | undefined): boolean {
  return found === undefined || isSameEntry(found, seen);
}

function timedOut(key: string, limitMs: number | undefined): CacheError {
  return new CacheError('CACHE_TIMEOUT', `${printableKey(key)} was not computed within ${limitMs} ms`, { key });
}

/** The error that is told where an older value was served instead. */
function failed(key: string, cause: unknown): CacheError {
  if (isCacheError(cause)) return cause;
  return new CacheError('CACHE_FACTORY_FAILED', `the factory of ${printableKey(key)} failed`, { key, cause });
}
