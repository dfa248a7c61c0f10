import type { AtomicUpdates } from '../atomic-updates.js';
import { getMany } from '../batches.js';
import {
  checkEntries,
  checkFunction,
  checkKey,
  checkKeys,
  checkPair,
  checkPrefix,
  checkStep,
  resolveSetOptions,
} from '../checks.js';
import { cloneValue } from '../clone.js';
import { parseTtl } from '../duration.js';
import { CacheError } from '../errors.js';
import { type CacheParts, type Fitting, fitted, isUseless, partsOf } from '../fitting.js';
import type { Computing } from '../get-or-set.js';
import { resolveGetOrSetOptions } from '../get-or-set-options.js';
import { isPromiseLike } from '../key-queue.js';
import { listLive } from '../listing.js';
import type { CacheOperation } from '../observation.js';
import { describeValue } from '../options.js';
import type { StoreAccess } from '../store-access.js';
import type {
  CacheManager,
  CacheMetadata,
  CacheStats,
  FactoryContext,
  GetOrSetOptions,
  LookupResult,
  SetOptions,
  Ttl,
} from '../types.js';
import type { StandardSchema } from './standard-schema.js';
import { validate } from './validate.js';

/** Begins the tag by which entries of a version are known. */
const VERSION_TAG = 'glovebox:schema:';

/** Computes the value of a missing key, as the schema takes it. A result of `undefined` is not stored. */
export type TypedFactory<Input, Output> = (
  context: TypedFactoryContext<Output>,
) => Input | undefined | Promise<Input | undefined>;

/** A {@link FactoryContext} whose `previous` has been validated. */
export interface TypedFactoryContext<Output> extends FactoryContext {
  readonly previous: Output | undefined;
}

/** What operations are made of, reading with the schema. */
interface Operations {
  readonly store: StoreAccess<unknown>;
  readonly computing: Computing<unknown>;
  readonly updates: AtomicUpdates<unknown>;
  readonly prefix: string;
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
  readonly #tag: string | undefined;
  readonly #fitting: Fitting;
  readonly #checkParent: () => void;
  #operations: Operations | undefined;
  #isClosed = false;

  /** @param checkParent throws if the view that it was asked of is closed */
  constructor(cache: CacheManager, settings: TypedSettings<K, A>, checkParent: () => void = () => {}) {
    const { schema, version, key } = settings;
    const tag = version === undefined ? undefined : `${VERSION_TAG}${version}`;
    this.cache = cache;
    this.key = key;
    this.#settings = settings;
    this.#tag = tag;
    this.#fitting = {
      admits: ({ tags }) => tag === undefined || tags.includes(tag),
      fit: (storeKey, value) => validate(schema, storeKey, value),
    };
    this.#checkParent = checkParent;
  }

  /** The value, or `undefined` (or `defaultValue`) when there is none that fits. */
  get(key: K): Promise<Output | undefined>;
  get<D>(key: K, defaultValue: D): Promise<Output | D>;
  async get(key: K, defaultValue?: unknown): Promise<unknown> {
    const hit = await this.#read('get', key);
    return hit === undefined ? defaultValue : hit.value;
  }

  async lookup(key: K): Promise<LookupResult<Output>> {
    const { store, prefix } = this.#openFor(key);
    const hit = await this.#read('lookup', key);
    if (hit === undefined) return { hit: false };
    const metadata = await store.entered(() => store.describe('lookup', prefix + key, hit.entry));
    return { hit: true, value: hit.value as Output, metadata: this.#metadataHere({ ...metadata, key }) };
  }

  /** @throws CacheError `CACHE_INVALID_VALUE` for a value that does not fit, or what `set` throws */
  async set(key: K, value: Input, options?: SetOptions): Promise<boolean> {
    this.#openFor(key);
    const checked = this.#checked(key, value);
    const kept = isPromiseLike(checked) ? await checked : checked;
    return this.cache.set(key, kept, this.#withTag(options));
  }

  /** Whether a read would hit: reads the value, and counts nothing. */
  async exists(key: K): Promise<boolean> {
    return (await this.#fits('exists', key)) && this.cache.exists(key);
  }

  async delete(key: K): Promise<boolean> {
    this.#openFor(key);
    return this.cache.delete(key);
  }

  /** Removes every entry of the cache that this is a view of. */
  async clear(): Promise<void> {
    this.#checkOpen();
    return this.cache.clear();
  }

  async getMany(keys: readonly K[]): Promise<Map<K, Output>> {
    const { store, prefix } = this.#open();
    checkKeys(keys);
    const found = await getMany<Output>(
      store,
      keys.map((key) => prefix + key),
    );
    return new Map(Array.from(found, ([key, value]) => [key.slice(prefix.length) as K, value]));
  }

  /** @throws CacheError `CACHE_INVALID_VALUE` if one of the values does not fit; then nothing is stored */
  async setMany(entries: Iterable<readonly [K, Input, SetOptions?]>): Promise<number> {
    this.#open();
    checkEntries(entries);
    const asked = Array.from(entries, (entry) => {
      checkPair(entry);
      checkKey(entry[0]);
      return entry;
    });
    const checked = asked.map(async ([key, value, given]): Promise<readonly [string, unknown, SetOptions?]> => {
      const kept = await this.#checked(key, value);
      const options = this.#withTag(given);
      return options === undefined ? [key, kept] : [key, kept, options];
    });
    return this.cache.setMany(await Promise.all(checked));
  }

  async deleteMany(keys: readonly K[]): Promise<number> {
    this.#checkOpen();
    return this.cache.deleteMany(keys);
  }

  /** The keys of live entries of this version. What does not fit is among them until it is read. */
  async *keys(options: { prefix?: string } = {}): AsyncGenerator<K> {
    const { store, prefix } = this.#open();
    const wanted = prefix + checkPrefix(options);
    const isWanted = ({ key, tags }: CacheMetadata) =>
      key.startsWith(wanted) && (this.#tag === undefined || tags.includes(this.#tag));
    for await (const { key } of listLive(store, isWanted)) {
      yield key.slice(prefix.length) as K;
      this.#checkOpen();
    }
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
    const { store, computing, prefix } = this.#openFor(key);
    checkFunction('the factory', factory, key);
    const settings = resolveGetOrSetOptions(this.#withTag(options), store.defaultTtlSeconds, key);
    const compute = async (context: FactoryContext): Promise<unknown> => {
      const value = await factory(await this.#contextOf(key, context));
      if (value !== undefined) await validate(this.#settings.schema, key, value);
      return value;
    };
    return (await computing.getOrSet(prefix + key, compute, settings)) as Output | undefined;
  }

  async add(key: K, value: Input, options?: SetOptions): Promise<boolean> {
    const { store, updates, prefix } = this.#openFor(key);
    const settings = resolveSetOptions(this.#withTag(options), store.defaultTtlSeconds, key, 'add');
    return updates.add(prefix + key, await this.#checked(key, value), settings);
  }

  /** As `update` of the cache: `change` is given what the schema makes of the value, and returns what the schema takes. */
  async update(
    key: K,
    change: (current: Output | undefined) => Input | undefined | Promise<Input | undefined>,
    options?: SetOptions,
  ): Promise<Output | undefined> {
    this.#openFor(key);
    checkFunction('the change', change, key);
    return this.#update('update', key, change, options);
  }

  /** Adds to a number, 0 if there is none that fits. */
  async increment(
    key: Input extends number ? (Output extends number ? K : never) : never,
    by = 1,
    options?: SetOptions,
  ): Promise<number | undefined> {
    this.#openFor(key);
    checkStep(by, key);
    const add = (current: unknown): Input => {
      if (current !== undefined && typeof current !== 'number') {
        throw new CacheError('CACHE_WRONG_TYPE', 'what the schema makes of the value is no number', { key });
      }
      // The schema has the last word on whether a number is what it takes.
      return ((current ?? 0) + by) as Input;
    };
    return (await this.#update('increment', key, add, options)) as number | undefined;
  }

  async take(key: K): Promise<Output | undefined> {
    const { updates, prefix } = this.#openFor(key);
    return updates.take<Output>(prefix + key);
  }

  /** @param ttl as in `set` */
  async touch(key: K, ttl?: Ttl): Promise<boolean> {
    const { store, updates, prefix } = this.#openFor(key);
    return updates.touch(prefix + key, ttl === undefined ? store.defaultTtlSeconds : parseTtl(ttl, key));
  }

  async getMetadata(key: K): Promise<CacheMetadata | undefined> {
    if (!(await this.#fits('getMetadata', key))) return undefined;
    const metadata = await this.cache.getMetadata(key);
    return metadata && this.#metadataHere(metadata);
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
    operation: 'update' | 'increment',
    key: K,
    change: (current: Output | undefined) => Input | undefined | Promise<Input | undefined>,
    options: SetOptions | undefined,
  ): Promise<Output | undefined> {
    const { store, updates, prefix } = this.#openFor(key);
    const created = resolveSetOptions(this.#withTag(options), store.defaultTtlSeconds, key, operation);
    const settings = {
      created,
      ttlSeconds: options?.ttl === undefined ? undefined : created.ttlSeconds,
      tags: options?.tags === undefined ? undefined : created.tags,
    };
    let output: unknown;
    const changeInput = async (current: unknown) => {
      const next = await change(current as Output | undefined);
      output = next === undefined ? undefined : await validate(this.#settings.schema, key, next);
      return next;
    };
    const stored = await updates.update(operation, prefix + key, changeInput, settings);
    if (stored === undefined) return undefined;
    // Left as it was: what is there, which has just been found to fit.
    return (output ?? (await validate(this.#settings.schema, key, stored))) as Output;
  }

  #read(operation: 'get' | 'lookup', key: K) {
    const { store, prefix } = this.#openFor(key);
    return store.entered(async () => {
      const isOpen = store.isReady() || (await store.openForRead(operation, prefix + key));
      return isOpen ? store.read(operation, prefix + key) : undefined;
    });
  }

  /** The value to store. One that takes time to validate is copied first, for its owner may go on changing it. */
  #checked(key: K, value: Input): Input | Promise<Input> {
    const result = validate(this.#settings.schema, key, value);
    if (!isPromiseLike(result)) return value;
    const kept = this.cache.capabilities.isolation === 'reference' ? value : (cloneValue(value) as Input);
    return Promise.resolve(result).then(() => kept);
  }

  /** Whether there is an entry that fits, uncounted. */
  async #fits(operation: CacheOperation, key: K): Promise<boolean> {
    const { store, prefix } = this.#openFor(key);
    return store.guarded(operation, key, false, async () => {
      const entry = await store.peek(prefix + key);
      if (entry === undefined) return false;
      try {
        await fitted(this.#fitting, key, entry, () => store.decode(prefix + key, entry));
        return true;
      } catch (error) {
        if (isUseless(error)) return false;
        throw error;
      }
    });
  }

  /** The context of a factory, who may not take the tag away, and gets a previous value like any other. */
  async #contextOf(key: K, context: FactoryContext): Promise<TypedFactoryContext<Output>> {
    const before = context.previous;
    const previous = before === undefined ? undefined : await validate(this.#settings.schema, key, before);
    return {
      get signal() {
        return context.signal;
      },
      previous: previous as Output | undefined,
      setTtl: context.setTtl,
      setTags: (tags) => context.setTags(this.#tagged(tags)),
      skip: context.skip,
    };
  }

  #withTag<O extends SetOptions>(options: O | undefined): O | undefined {
    // What is no object is refused by the operation.
    if (this.#tag === undefined || (options !== undefined && (typeof options !== 'object' || options === null))) {
      return options;
    }
    return { ...options, tags: this.#tagged(options?.tags ?? []) } as O;
  }

  #tagged(tags: readonly string[]): readonly string[] {
    return this.#tag === undefined || !Array.isArray(tags) ? tags : [...tags, this.#tag];
  }

  #metadataHere(metadata: CacheMetadata): CacheMetadata {
    return { ...metadata, tags: metadata.tags.filter((tag) => !tag.startsWith(VERSION_TAG)) };
  }

  /** @throws CacheError `CACHE_CLOSED` */
  #checkOpen(): void {
    if (this.#isClosed)
      throw new CacheError('CACHE_CLOSED', `the typed view of the ${this.cache.name} cache is closed`);
    this.#checkParent();
  }

  /** @throws CacheError `CACHE_CLOSED`, `CACHE_INVALID_KEY` */
  #openFor(key: K): Operations {
    const operations = this.#open();
    checkKey(key);
    return operations;
  }

  /** @throws CacheError `CACHE_CLOSED` */
  #open(): Operations {
    this.#checkOpen();
    const parts = partsOf(this.cache);
    if (parts === undefined) throw withoutParts(this.cache);
    parts.store.checkOpen();
    this.#operations ??= this.#operationsOf(parts);
    return this.#operations;
  }

  #operationsOf({ store, computing, updates, prefix }: CacheParts): Operations {
    const fitting = this.#fitting;
    const fittedStore: StoreAccess<unknown> = {
      ...store,
      fitting,
      read: (operation, key) => store.read(operation, key, fitting),
      takeOut: (key) => store.takeOut(key, fitting),
    };
    return { store: fittedStore, computing: computing.over(fittedStore), updates: updates.over(fittedStore), prefix };
  }
}

export function withoutParts(cache: unknown): CacheError {
  const found = typeof cache === 'object' && cache !== null ? 'built on something else' : describeValue(cache);
  return new CacheError(
    'CACHE_INVALID_CONFIG',
    `typed: the cache is ${found}; allowed is a cache built on BaseCacheManager, or a namespace of one`,
  );
}
