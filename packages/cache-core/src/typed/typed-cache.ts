import { resolveUpdateOptions } from '../atomic-updates.js';
import { getMany } from '../batches.js';
import {
  checkEntries,
  checkFunction,
  checkKey,
  checkKeys,
  checkPair,
  checkStep,
  resolveSetOptions,
} from '../checks.js';
import { cloneValue } from '../clone.js';
import { parseTtl } from '../duration.js';
import { CacheError, isCacheError } from '../errors.js';
import { isMisfit, partsOf } from '../fitting.js';
import { resolveGetOrSetOptions } from '../get-or-set-options.js';
import { isPromiseLike } from '../key-queue.js';
import type { OperationOutcome } from '../observation.js';
import { describeValue } from '../options.js';
import { counted, done, ended, hitOrMiss, isFound, storedOrAbsent, storedOrRefused } from '../trace-results.js';
import type {
  CacheManager,
  CacheMetadata,
  CacheStats,
  FactoryContext,
  GetOrSetOptions,
  ListOptions,
  LookupResult,
  SetOptions,
  Ttl,
} from '../types.js';
import { FittedOperations } from './operations.js';
import type { StandardSchema } from './standard-schema.js';
import { validate } from './validate.js';
import { VersionTag, withoutVersionTag } from './version-tag.js';

/** Computes the value of a missing key, as the schema takes it. A result of `undefined` is not stored. */
export type TypedFactory<Input, Output> = (
  context: TypedFactoryContext<Output>,
) => Input | undefined | Promise<Input | undefined>;

/** A {@link FactoryContext} whose `previous` has been validated. */
export interface TypedFactoryContext<Output> extends FactoryContext {
  readonly previous: Output | undefined;
}

/** What a typed cache is made with. */
export interface TypedSettings<K extends string, A extends readonly unknown[]> {
  readonly schema: StandardSchema;
  readonly version: string | number | undefined;
  readonly key: (...args: A) => K;
}

/**
 * A view of a cache whose values fit a schema. Stored is what the schema takes; each read validates it, and gives what the
 * schema makes of it. A value that does not fit is a miss to every operation, and removed.
 */
export class TypedCache<Input, Output, K extends string = string, A extends readonly unknown[] = [key: K]>
  implements AsyncDisposable
{
  /** The cache that this is a view of. */
  readonly cache: CacheManager;
  /** The key of an entry: what the option `key` makes of its arguments. */
  readonly key: (...args: A) => K;
  readonly #settings: TypedSettings<K, A>;
  readonly #version: VersionTag;
  readonly #checkParent: () => void;
  #operations: FittedOperations | undefined;
  #isClosed = false;

  /** @param checkParent throws if the view that it was asked of is closed */
  constructor(cache: CacheManager, settings: TypedSettings<K, A>, checkParent: () => void = () => {}) {
    const { version, key } = settings;
    this.cache = cache;
    this.key = key;
    this.#settings = settings;
    this.#version = new VersionTag(version);
    this.#checkParent = checkParent;
  }

  /** The value, or `undefined` (or `defaultValue`) when there is none that fits. */
  get(key: K): Promise<Output | undefined>;
  get<D>(key: K, defaultValue: D): Promise<Output | D>;
  async get(key: K, defaultValue?: unknown): Promise<unknown> {
    const operations = this.#open();
    const hit = await operations.onKey('get', key, (storeKey) => operations.read('get', storeKey), isFound);
    return hit === undefined ? defaultValue : hit.value;
  }

  async lookup(key: K): Promise<LookupResult<Output>> {
    const operations = this.#open();
    const look = async (storeKey: string): Promise<LookupResult<Output>> => {
      const hit = await operations.read('lookup', storeKey);
      if (hit === undefined) return { hit: false };
      const metadata = await operations.describe('lookup', key, hit.entry);
      return { hit: true, value: hit.value as Output, metadata };
    };
    return operations.onKey('lookup', key, look, ({ hit }) => hitOrMiss(hit));
  }

  /** @throws CacheError `CACHE_INVALID_VALUE` for a value that does not fit, or what `set` throws */
  async set(key: K, value: Input, options?: SetOptions): Promise<boolean> {
    const operations = this.#open();
    const store = async (storeKey: string) => {
      const checked = this.#checked(key, value);
      const kept = isPromiseLike(checked) ? await checked : checked;
      return operations.set(storeKey, kept, operations.tags.optionsThere(this.#version.addTo(options)));
    };
    return operations.onKey('set', key, store, storedOrRefused);
  }

  /** Whether a read would hit: reads the value, and counts nothing. */
  async exists(key: K): Promise<boolean> {
    const operations = this.#open();
    const look = async (storeKey: string) => (await operations.glance('exists', storeKey)) !== undefined;
    return operations.onKey('exists', key, look, hitOrMiss);
  }

  async delete(key: K): Promise<boolean> {
    this.#checkOpen();
    return this.cache.delete(key);
  }

  /** Removes every entry of the cache that this is a view of. */
  async clear(): Promise<void> {
    this.#checkOpen();
    return this.cache.clear();
  }

  async getMany(keys: readonly K[]): Promise<Map<K, Output>> {
    const operations = this.#open();
    const { store, prefix } = operations;
    const read = async () => {
      checkKeys(keys);
      const storeKeys = keys.map((key) => prefix + key);
      return getMany<Output>(store, storeKeys);
    };
    const found = await operations.onMany('getMany', read, ({ size }) => counted(size));
    return new Map(Array.from(found, ([key, value]) => [key.slice(prefix.length) as K, value]));
  }

  /** @throws CacheError `CACHE_INVALID_VALUE` if one of the values does not fit; then nothing is stored */
  async setMany(entries: Iterable<readonly [K, Input, SetOptions?]>): Promise<number> {
    const operations = this.#open();
    const { prefix, tags } = operations;
    const store = async () => {
      checkEntries(entries);
      const asked = Array.from(entries, (entry) => {
        checkPair(entry);
        checkKey(entry[0]);
        return entry;
      });
      const checked = asked.map(async ([key, value, given]): Promise<readonly [string, unknown, SetOptions?]> => {
        const kept = await this.#checked(key, value);
        const options = tags.optionsThere(this.#version.addTo(given));
        return options === undefined ? [prefix + key, kept] : [prefix + key, kept, options];
      });
      return operations.setMany(await Promise.all(checked));
    };
    return operations.onMany('setMany', store, counted);
  }

  async deleteMany(keys: readonly K[]): Promise<number> {
    this.#checkOpen();
    return this.cache.deleteMany(keys);
  }

  /** The keys of live entries of this version. What does not fit is among them until it is read. */
  async *keys(options?: ListOptions): AsyncGenerator<K> {
    for await (const { key } of this.entries(options)) yield key as K;
  }

  /** As `keys`, with what is known of the entries besides their values. */
  async *entries(options?: ListOptions): AsyncGenerator<CacheMetadata> {
    this.#checkOpen();
    for await (const metadata of this.cache.entries(options)) {
      if (!this.#version.isOn(metadata)) continue;
      yield withoutVersionTag(metadata);
      this.#checkOpen();
    }
  }

  /** As `invalidateTags` of the cache: entries of every version, and of other types, that have one of the tags. */
  async invalidateTags(tags: readonly string[]): Promise<boolean> {
    this.#checkOpen();
    return this.cache.invalidateTags(tags);
  }

  /**
   * As `getOrSet` of the cache; what does not fit is computed anew.
   * @throws CacheError `CACHE_INVALID_VALUE` if what the factory returns does not fit
   */
  getOrSet(
    key: K,
    factory: (context: TypedFactoryContext<Output>) => Input | Promise<Input>,
    options?: GetOrSetOptions<Input>,
  ): Promise<Output>;
  getOrSet(key: K, factory: TypedFactory<Input, Output>, options?: GetOrSetOptions<Input>): Promise<Output | undefined>;
  async getOrSet(
    key: K,
    factory: TypedFactory<Input, Output>,
    options?: GetOrSetOptions<Input>,
  ): Promise<Output | undefined> {
    const operations = this.#open();
    const { store, computing, tags } = operations;
    const compute = async (context: FactoryContext): Promise<unknown> => {
      const own = await this.#contextOf(key, context);
      const value = await operations.factory(key, () => factory(own));
      if (value !== undefined) await validate(this.#settings.schema, key, value);
      return value;
    };
    let outcome: OperationOutcome = 'miss';
    const run = async (storeKey: string): Promise<unknown> => {
      checkFunction('the factory', factory, key);
      const optionsThere = tags.optionsThere(this.#version.addTo(options));
      const settings = resolveGetOrSetOptions(optionsThere, store.defaultTtlSeconds, key);
      return computing.getOrSet(storeKey, tags.factoryThere(compute), settings, (found) => {
        outcome = found;
      });
    };
    return (await operations.onKey('getOrSet', key, run, () => ended(outcome))) as Output | undefined;
  }

  async add(key: K, value: Input, options?: SetOptions): Promise<boolean> {
    const operations = this.#open();
    const { store, updates, tags } = operations;
    const add = async (storeKey: string) => {
      const optionsThere = tags.optionsThere(this.#version.addTo(options));
      const settings = resolveSetOptions(optionsThere, store.defaultTtlSeconds, key, 'add');
      return updates.add(storeKey, await this.#checked(key, value), settings);
    };
    return operations.onKey('add', key, add, storedOrRefused);
  }

  /** As `update` of the cache: `change` is given what the schema makes of the value, and returns what the schema takes. */
  async update(
    key: K,
    change: (current: Output | undefined) => Input | undefined | Promise<Input | undefined>,
    options?: SetOptions,
  ): Promise<Output | undefined> {
    const operations = this.#open();
    const update = async (storeKey: string) => {
      checkFunction('the change', change, key);
      return this.#update(operations, 'update', { key, storeKey }, change, options);
    };
    return operations.onKey('update', key, update, done);
  }

  /** Adds to a number, 0 if there is none that fits. */
  async increment(
    key: Input extends number ? (Output extends number ? K : never) : never,
    by = 1,
    options?: SetOptions,
  ): Promise<number | undefined> {
    const operations = this.#open();
    const add = (current: unknown): Input => {
      if (current !== undefined && typeof current !== 'number') {
        throw new CacheError('CACHE_WRONG_TYPE', 'what the schema makes of the value is no number', { key });
      }
      // The schema has the last word on whether a number is what it takes.
      return ((current ?? 0) + by) as Input;
    };
    const increment = async (storeKey: string) => {
      checkStep(by, key);
      return (await this.#update(operations, 'increment', { key, storeKey }, add, options)) as number | undefined;
    };
    return operations.onKey('increment', key, increment, (sum) => storedOrRefused(sum !== undefined));
  }

  async take(key: K): Promise<Output | undefined> {
    const operations = this.#open();
    return operations.onKey('take', key, (storeKey) => operations.updates.take<Output>(storeKey), isFound);
  }

  /** @param ttl as in `set` */
  async touch(key: K, ttl?: Ttl): Promise<boolean> {
    const operations = this.#open();
    const { store, updates } = operations;
    const touch = async (storeKey: string) =>
      updates.touch(storeKey, ttl === undefined ? store.defaultTtlSeconds : parseTtl(ttl, key));
    return operations.onKey('touch', key, touch, storedOrAbsent);
  }

  async getMetadata(key: K): Promise<CacheMetadata | undefined> {
    const operations = this.#open();
    const look = async (storeKey: string) => {
      const entry = await operations.glance('getMetadata', storeKey);
      return entry && operations.describe('getMetadata', key, entry);
    };
    return operations.onKey('getMetadata', key, look, isFound);
  }

  async getStats(): Promise<CacheStats> {
    this.#checkOpen();
    return this.cache.getStats();
  }

  async cleanup(): Promise<number> {
    this.#checkOpen();
    return this.cache.cleanup();
  }

  /** A view of a namespace of the cache, with the same schema. */
  namespace(name: string): TypedCache<Input, Output, K, A> {
    return new TypedCache(this.cache.namespace(name), this.#settings, () => this.#checkOpen());
  }

  /** Ends the use of this view, and of those made from it. The cache stays open. */
  async close(): Promise<void> {
    this.#isClosed = true;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #update(
    { store, updates, tags }: FittedOperations,
    operation: 'update' | 'increment',
    { key, storeKey }: { readonly key: string; readonly storeKey: string },
    change: (current: Output | undefined) => Input | undefined | Promise<Input | undefined>,
    options: SetOptions | undefined,
  ): Promise<Output | undefined> {
    const optionsThere = tags.optionsThere(this.#version.addTo(options));
    const created = resolveSetOptions(optionsThere, store.defaultTtlSeconds, key, operation);
    const settings = resolveUpdateOptions(created, options);
    let output: unknown;
    const changeInput = async (current: unknown) => {
      const next = await change(current as Output | undefined);
      output = next === undefined ? undefined : await validate(this.#settings.schema, key, next);
      return next;
    };
    const stored = await updates.update(operation, storeKey, changeInput, settings);
    if (stored === undefined) return undefined;
    // Left as it was: what is there, which has just been found to fit.
    return (output ?? (await validate(this.#settings.schema, key, stored))) as Output;
  }

  /** The value to store. One that takes time to validate is copied first, for its owner may go on changing it. */
  #checked(key: K, value: Input): Input | Promise<Input> {
    const result = validate(this.#settings.schema, key, value);
    if (!isPromiseLike(result)) return value;
    const verdict = Promise.resolve(result);
    if (this.cache.capabilities.isolation === 'reference') return verdict.then(() => value);
    try {
      const kept = cloneValue(value) as Input;
      return verdict.then(() => kept);
    } catch (error) {
      // What the schema has to say of it comes too late for anybody to hear.
      verdict.catch(() => {});
      if (!isCacheError(error)) throw error;
      throw new CacheError(error.code, error.message, { key, cause: error.cause });
    }
  }

  /** For a value that was found to fit: should the schema have changed its mind, there is none. */
  async #fitOrNothing(key: K, value: unknown): Promise<unknown> {
    try {
      return await validate(this.#settings.schema, key, value);
    } catch (error) {
      if (isMisfit(error)) return undefined;
      throw error;
    }
  }

  /** The context of a factory, who may not take the tag away, and gets a previous value like any other. */
  async #contextOf(key: K, context: FactoryContext): Promise<TypedFactoryContext<Output>> {
    const before = context.previous;
    const previous = before === undefined ? undefined : await this.#fitOrNothing(key, before);
    return {
      get signal() {
        return context.signal;
      },
      previous: previous as Output | undefined,
      setTtl: context.setTtl,
      setTags: (tags) => context.setTags(this.#version.addToTags(tags)),
      skip: context.skip,
    };
  }

  /** @throws CacheError `CACHE_CLOSED` */
  #checkOpen(): void {
    if (this.#isClosed)
      throw new CacheError('CACHE_CLOSED', `the typed view of the ${this.cache.name} cache is closed`);
    this.#checkParent();
  }

  /** The operations, of a cache that may be closed: they say so. @throws CacheError `CACHE_CLOSED` if this view is */
  #open(): FittedOperations {
    this.#checkOpen();
    const parts = partsOf(this.cache);
    if (parts === undefined) throw withoutParts(this.cache);
    this.#operations ??= new FittedOperations(parts, {
      admits: (entry) => this.#version.isOn(entry, parts.prefix),
      fit: (storeKey, value) => validate(this.#settings.schema, storeKey, value),
    });
    return this.#operations;
  }
}

export function withoutParts(cache: unknown): CacheError {
  const found = typeof cache === 'object' && cache !== null ? 'built on something else' : describeValue(cache);
  return new CacheError(
    'CACHE_INVALID_CONFIG',
    `typed: the cache is ${found}; allowed is a cache built on BaseCacheManager, or a namespace of one`,
  );
}
