import type { Readable } from 'node:stream';
import { CacheOperations } from './cache-operations.js';
import type { OperationOutcome } from './observation.js';
import { counted, done, ended, hitOrMiss, isFound, storedOrAbsent, storedOrRefused } from './trace-results.js';
import { isTraced, type TracedOperation, type TraceResult, trace, tracing } from './tracing.js';
import type {
  ByteSource,
  CacheMetadata,
  CacheStats,
  Factory,
  GetOrSetOptions,
  LookupResult,
  SetOptions,
  SetStreamOptions,
  Ttl,
} from './types.js';

// Of the operations that are called most, by themselves: what is imported is looked up at each use, and calls cost.
const { start: setStart, asyncEnd: setEnd } = tracing.set;
const { start: getOrSetStart, asyncEnd: getOrSetEnd } = tracing.getOrSet;
const { start: factoryStart, asyncEnd: factoryEnd } = tracing.factory;

/**
 * The public operations, told on `tracing:glovebox:cache:*` where anybody listens. Not for backends to extend: they
 * extend `BaseCacheManager`.
 */
export abstract class TracedOperations<P> extends CacheOperations<P> {
  protected override async tracedGet(key: string, defaultValue: unknown): Promise<unknown> {
    const hit = await this.#trace('get', key, () => this.find(key), isFound);
    return hit === undefined ? defaultValue : hit.value;
  }

  override set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    const isWatched = setStart.hasSubscribers || setEnd.hasSubscribers;
    return isWatched ? this.#tracedSet(key, value, options) : super.set(key, value, options);
  }

  override lookup<T = unknown>(key: string): Promise<LookupResult<T>> {
    if (!isTraced(tracing.lookup)) return super.lookup(key);
    return this.#trace(
      'lookup',
      key,
      () => super.lookup(key),
      ({ hit }) => hitOrMiss(hit),
    );
  }

  override setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    if (!isTraced(tracing.setStream)) return super.setStream(key, source, options);
    return this.#trace('setStream', key, () => super.setStream(key, source, options), storedOrRefused);
  }

  override getStream(key: string): Promise<Readable | undefined> {
    if (!isTraced(tracing.getStream)) return super.getStream(key);
    return this.#trace('getStream', key, () => super.getStream(key), isFound);
  }

  override invalidateTags(tags: readonly string[]): Promise<boolean> {
    if (!isTraced(tracing.invalidateTags)) return super.invalidateTags(tags);
    return this.#trace(
      'invalidateTags',
      undefined,
      () => super.invalidateTags(tags),
      (isDone) => ended(isDone ? 'done' : 'refused'),
    );
  }

  override exists(key: string): Promise<boolean> {
    if (!isTraced(tracing.exists)) return super.exists(key);
    return this.#trace('exists', key, () => super.exists(key), hitOrMiss);
  }

  override delete(key: string): Promise<boolean> {
    if (!isTraced(tracing.delete)) return super.delete(key);
    return this.#trace(
      'delete',
      key,
      () => super.delete(key),
      (deleted) => ended(deleted ? 'removed' : 'absent'),
    );
  }

  override clear(): Promise<void> {
    if (!isTraced(tracing.clear)) return super.clear();
    return this.#trace('clear', undefined, () => super.clear(), done);
  }

  protected override clearNamespace(namespace: string): Promise<void> {
    const clear = () => super.clearNamespace(namespace);
    if (!isTraced(tracing.clear)) return clear();
    return trace({ instance: this, operation: 'clear', namespace }, clear, done);
  }

  override getMany<T = unknown>(keys: readonly string[]): Promise<Map<string, T>> {
    if (!isTraced(tracing.getMany)) return super.getMany(keys);
    return this.#trace(
      'getMany',
      undefined,
      () => super.getMany<T>(keys),
      ({ size }) => counted(size),
    );
  }

  override setMany(entries: Iterable<readonly [string, unknown, SetOptions?]>): Promise<number> {
    if (!isTraced(tracing.setMany)) return super.setMany(entries);
    return this.#trace('setMany', undefined, () => super.setMany(entries), counted);
  }

  override deleteMany(keys: readonly string[]): Promise<number> {
    if (!isTraced(tracing.deleteMany)) return super.deleteMany(keys);
    return this.#trace('deleteMany', undefined, () => super.deleteMany(keys), counted);
  }

  override getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const isFactoryWatched = factoryStart.hasSubscribers || factoryEnd.hasSubscribers;
    const compute = isFactoryWatched ? this.#tracedFactory(key, factory) : factory;
    const isWatched = getOrSetStart.hasSubscribers || getOrSetEnd.hasSubscribers;
    return isWatched ? this.#tracedGetOrSet(key, compute, options) : super.getOrSet(key, compute, options);
  }

  override add(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    if (!isTraced(tracing.add)) return super.add(key, value, options);
    return this.#trace('add', key, () => super.add(key, value, options), storedOrRefused);
  }

  override update<T = unknown>(
    key: string,
    change: (current: T | undefined) => T | undefined | Promise<T | undefined>,
    options?: SetOptions,
  ): Promise<T | undefined> {
    if (!isTraced(tracing.update)) return super.update(key, change, options);
    return this.#trace('update', key, () => super.update(key, change, options), done);
  }

  override increment(key: string, by?: number, options?: SetOptions): Promise<number | undefined> {
    if (!isTraced(tracing.increment)) return super.increment(key, by, options);
    const run = () => super.increment(key, by, options);
    return this.#trace('increment', key, run, (sum) => storedOrRefused(sum !== undefined));
  }

  override take<T = unknown>(key: string): Promise<T | undefined> {
    if (!isTraced(tracing.take)) return super.take(key);
    return this.#trace('take', key, () => super.take<T>(key), isFound);
  }

  override touch(key: string, ttl?: Ttl): Promise<boolean> {
    if (!isTraced(tracing.touch)) return super.touch(key, ttl);
    return this.#trace('touch', key, () => super.touch(key, ttl), storedOrAbsent);
  }

  override getMetadata(key: string): Promise<CacheMetadata | undefined> {
    if (!isTraced(tracing.getMetadata)) return super.getMetadata(key);
    return this.#trace('getMetadata', key, () => super.getMetadata(key), isFound);
  }

  override getStats(): Promise<CacheStats> {
    if (!isTraced(tracing.getStats)) return super.getStats();
    return this.#trace('getStats', undefined, () => super.getStats(), done);
  }

  protected override statsOfNamespace(namespace: string): Promise<CacheStats> {
    const count = () => super.statsOfNamespace(namespace);
    if (!isTraced(tracing.getStats)) return count();
    return trace({ instance: this, operation: 'getStats', namespace }, count, done);
  }

  override cleanup(): Promise<number> {
    if (!isTraced(tracing.cleanup)) return super.cleanup();
    return this.#trace('cleanup', undefined, () => super.cleanup(), counted);
  }

  protected override automaticCleanup(): Promise<void> {
    const clean = () => super.automaticCleanup();
    if (this.isClosed || !isTraced(tracing.cleanup)) return clean();
    return trace({ instance: this, operation: 'cleanup', isAutomatic: true }, clean, done);
  }

  override close(): Promise<void> {
    if (this.isClosed || !isTraced(tracing.close)) return super.close();
    return this.#trace('close', undefined, () => super.close(), done);
  }

  #tracedSet(key: string, value: unknown, options: SetOptions | undefined): Promise<boolean> {
    return this.#trace('set', key, () => super.set(key, value, options), storedOrRefused);
  }

  #tracedGetOrSet<T>(key: string, factory: Factory<T>, options: GetOrSetOptions<T> | undefined): Promise<T> {
    let outcome: OperationOutcome = 'miss';
    const run = () =>
      super.getOrSet(key, factory, options, (found) => {
        outcome = found;
      });
    return this.#trace('getOrSet', key, run, () => ended(outcome));
  }

  /** Within the operation of the caller whose factory it is: of what he waits for this is a part. */
  #tracedFactory<T>(key: string, factory: Factory<T>): Factory<T> {
    // Left to be refused.
    if (typeof factory !== 'function') return factory;
    return (context) => this.#trace('factory', key, async () => factory(context), done);
  }

  #trace<T>(
    operation: TracedOperation,
    key: string | undefined,
    run: () => Promise<T>,
    describe: (result: T) => TraceResult,
  ): Promise<T> {
    return trace({ instance: this, operation, key }, run, describe);
  }
}
