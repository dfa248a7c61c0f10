import { type Clock, systemClock } from './clock.js';
import { parseTtl } from './duration.js';
import type { StoreLimits } from './entry-index.js';
import { CacheError, isCacheError } from './errors.js';
import { CacheEmitter, type CacheEventName, type CacheListener } from './events.js';
import { FaultLog } from './fault-log.js';
import { isPromiseLike } from './key-queue.js';
import { listenTo } from './namespace-events.js';
import { prefixOf } from './namespace-keys.js';
import { type CacheOperation, debugLine, observe } from './observation.js';
import { type BaseCacheOptions, describeValue } from './options.js';
import { type CacheCounters, COUNTER, type CounterName, createCounters } from './stats.js';
import type { CacheCapabilities, CacheManager, EvictionPolicy } from './types.js';

const DEFAULT_CLEANUP_INTERVAL_SECONDS = 300;

/**
 * Opening, closing, counting and telling: what an instance does besides its operations. Not for backends to extend:
 * they extend `BaseCacheManager`.
 */
export abstract class CacheLifecycle {
  abstract readonly name: string;
  abstract readonly capabilities: CacheCapabilities;

  protected readonly clock: Clock;
  protected readonly limits: StoreLimits;
  protected readonly hasLimits: boolean;
  protected readonly evictionPolicy: EvictionPolicy;
  protected readonly defaultTtlSeconds: number | null;
  /** What this instance has counted since it was made. */
  protected readonly counters: CacheCounters = createCounters();
  /** True from the moment `close` is called. */
  protected isClosed = false;
  /** True while `openStore` has succeeded and the instance is not closed. */
  protected isReady = false;

  readonly #emitter = new CacheEmitter((error) => debugLine(`a listener threw: ${messageOf(error)}`));
  readonly #cleanupIntervalMs: number;
  readonly #logger: BaseCacheOptions['logger'];
  #faultLog: FaultLog | undefined;
  #opening: Promise<boolean> | undefined;
  #closing: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #activeOperations = 0;
  #onIdle: (() => void) | undefined;

  /** @param options already checked, by `checkOptions` with `baseOptionRules` */
  constructor(options: BaseCacheOptions) {
    this.clock = options.clock ?? systemClock;
    this.limits = { maxEntries: options.maxEntries, maxSizeBytes: options.maxSizeBytes };
    this.hasLimits = options.maxEntries !== undefined || options.maxSizeBytes !== undefined;
    this.evictionPolicy = options.evictionPolicy ?? 'lru';
    this.defaultTtlSeconds = options.defaultTtl === undefined ? null : parseTtl(options.defaultTtl);
    this.#cleanupIntervalMs =
      (options.cleanupIntervalSeconds ??
        (options.cleanupIntervalSeconds === null ? 0 : DEFAULT_CLEANUP_INTERVAL_SECONDS)) * 1_000;
    this.#logger = options.logger;
  }

  /** As {@link CacheManager.on}: an event of any key, in a namespace or not, told as the store knows it. */
  on<N extends CacheEventName>(name: N, listener: CacheListener<N>): () => void {
    return this.#emitter.on(name, listener);
  }

  /** Flushes and releases everything; waits for operations under way, but not for factories of `getOrSet`. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Hook: makes the store ready, before the first operation. One that fails is tried again at the next operation. */
  protected openStore(): void | Promise<void> {}

  /** Hook: flushes and releases the store. Called once, after the last operation, also if it was never opened. */
  protected closeStore(): void | Promise<void> {}

  /** Hook: keeps this instance's counters, before the operation that changed them resolves. Must not throw. */
  protected saveStats(_counters: Readonly<CacheCounters>): void {}

  /** The cleanup that the timer starts; must not reject. */
  protected abstract automaticCleanup(): Promise<void>;

  /** Ends what goes on while nobody waits for it; called as the first step of `close`. Must not reject. */
  protected abstract endBackgroundWork(): Promise<void>;

  protected checkOpen(): void {
    if (this.isClosed) throw new CacheError('CACHE_CLOSED', `the ${this.name} cache is closed`);
  }

  /** `false`, after reporting the fault, if the store could not be opened. */
  protected openOnce(): Promise<boolean> {
    if (this.#opening === undefined) {
      // An operation that goes on after `close` must not open the store again.
      this.checkOpen();
      this.#opening = this.#open().finally(() => {
        this.#opening = undefined;
      });
    }
    return this.#opening;
  }

  protected enter(): void {
    this.#activeOperations++;
  }

  protected leave(): void {
    if (--this.#activeOperations === 0) this.#onIdle?.();
  }

  /** Counts and keeps the count. @param now epoch milliseconds */
  protected count(counter: CounterName, now: number, by = 1): void {
    const { counters } = this;
    const index = COUNTER[counter];
    counters[index] = (counters[index] ?? 0) + by;
    counters[COUNTER.lastUpdatedAt] = now;
    try {
      this.saveStats(counters);
    } catch (error) {
      // Not reported: that would count the error, and come here again.
      debugLine(`the counters of the ${this.name} cache could not be kept: ${messageOf(error)}`);
    }
  }

  protected emit(name: 'hit' | 'miss' | 'set' | 'delete' | 'evict' | 'expire', key: string): void {
    if (this.#emitter.hasListeners(name)) this.#emitter.emit(name, { key });
  }

  /** @param namespace the one that was cleared, if it was not all */
  protected emitClear(namespace?: string): void {
    this.#emitter.emit('clear', {}, namespace && prefixOf(namespace));
  }

  /** As `on`, for the keys of a namespace. */
  protected listenTo<N extends CacheEventName>(namespace: string, name: N, listener: CacheListener<N>): () => void {
    return listenTo(this.#emitter, namespace, name, listener);
  }

  protected emitInvalidate(tags: readonly string[]): void {
    this.#emitter.emit('invalidate', { tags });
  }

  /** Counts, logs and tells a fault that does not reach the caller. */
  protected report(operation: CacheOperation, cause: unknown, key?: string): void {
    const error = this.#asCacheError(operation, cause, key);
    const now = this.clock.now();
    this.count('errorCount', now);
    this.#faultLog ??= new FaultLog(this.name, this.#logger);
    this.#faultLog.record(operation, error, now);
    this.#emitter.emit('error', key === undefined ? { operation, error } : { operation, key, error });
    observe(this.name, operation, 'error', key, error);
  }

  /** Counts an entry that was removed to respect a limit. @param now epoch milliseconds */
  protected countEviction(key: string, now = this.clock.now()): void {
    this.count('evictionCount', now);
    this.emit('evict', key);
  }

  /** Counts an entry that was removed because its time to live was over. */
  protected countExpiry(key: string): void {
    this.count('expiredCount', this.clock.now());
    this.emit('expire', key);
  }

  async #open(): Promise<boolean> {
    try {
      const opened = this.openStore();
      if (isPromiseLike(opened)) await opened;
    } catch (error) {
      this.report('open', error);
      return false;
    }
    if (this.isClosed) return true;
    this.isReady = true;
    if (this.#cleanupIntervalMs > 0) {
      this.#cancelTimer = this.clock.repeat(() => void this.automaticCleanup(), this.#cleanupIntervalMs);
    }
    observe(this.name, 'open', 'done');
    return true;
  }

  async #close(): Promise<void> {
    this.isClosed = true;
    this.isReady = false;
    this.#cancelTimer?.();
    await this.endBackgroundWork();
    await this.#opening;
    if (this.#activeOperations > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    try {
      await this.closeStore();
    } catch (error) {
      this.report('close', error);
    }
    observe(this.name, 'close', 'done');
    this.#emitter.clear();
  }

  #asCacheError(operation: CacheOperation, cause: unknown, key: string | undefined): CacheError {
    if (isCacheError(cause)) return cause;
    const reason = cause instanceof Error ? cause.message : 'an unknown fault';
    // A parser quotes what it could not read, which is a cached value.
    const isQuoting = cause instanceof Error && cause.name === 'SyntaxError';
    return new CacheError(
      'CACHE_BACKEND_FAILED',
      `${operation} in the ${this.name} cache failed: ${isQuoting ? 'what was read is not well-formed' : reason}`,
      { key, cause: isQuoting ? undefined : cause },
    );
  }
}

/** `String(error)` would throw for an object without a prototype, among others. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : describeValue(error);
}
