import type { AtomicUpdates } from '../atomic-updates.js';
import { checkKey } from '../checks.js';
import { type CacheParts, type Fitting, fitted, isUseless } from '../fitting.js';
import type { Computing } from '../get-or-set.js';
import { NamespaceTags } from '../namespace-tags.js';
import { type CacheOperation, observe } from '../observation.js';
import type { Hit, StoreAccess } from '../store-access.js';
import { done } from '../trace-results.js';
import { isTraced, type TracedOperation, type TraceResult, trace, tracing } from '../tracing.js';
import type { CacheManager, CacheMetadata, StoredEntry } from '../types.js';
import { withoutVersionTag } from './version-tag.js';

/** What the operations of a cache are made of, reading what fits alone. */
export class FittedOperations {
  readonly store: StoreAccess<unknown>;
  readonly computing: Computing<unknown>;
  readonly updates: AtomicUpdates<unknown>;
  /** Of keys as the store knows them, and not traced. */
  readonly set: CacheParts['set'];
  readonly setMany: CacheParts['setMany'];
  /** What stands before a key of the view in the store. */
  readonly prefix: string;
  /** How the view's tags are known there. */
  readonly tags: NamespaceTags;
  readonly #fitting: Fitting;
  readonly #instance: CacheManager;

  constructor({ instance, store, computing, updates, set, setMany, prefix }: CacheParts, fitting: Fitting) {
    this.store = {
      ...store,
      fitting,
      read: (operation, key) => store.read(operation, key, fitting),
      takeOut: (key) => store.takeOut(key, fitting),
    };
    this.computing = computing.over(this.store);
    this.updates = updates.over(this.store);
    this.set = set;
    this.setMany = setMany;
    this.prefix = prefix;
    this.tags = new NamespaceTags(prefix);
    this.#fitting = fitting;
    this.#instance = instance;
  }

  /** A counted read. */
  read(operation: CacheOperation, storeKey: string): Promise<Hit<unknown> | undefined> {
    const { store } = this;
    return store.entered(async () => {
      const isOpen = store.isReady() || (await store.openForRead(operation, storeKey));
      return isOpen ? store.read(operation, storeKey) : undefined;
    });
  }

  /** The entry of a key if it fits, uncounted. */
  glance(operation: 'exists' | 'getMetadata', storeKey: string): Promise<StoredEntry<unknown> | undefined> {
    const { store } = this;
    return store.guarded(operation, storeKey, undefined, async () => {
      const entry = await store.peek(storeKey);
      const found = entry !== undefined && (await this.#fits(storeKey, entry)) ? entry : undefined;
      observe(this.#instance.name, operation, found === undefined ? 'miss' : 'hit', storeKey);
      return found;
    });
  }

  /**
   * Runs an operation on a key, told as that of the cache would be: what is wrong with the key is a part of it.
   * @param task given the key as the store knows it
   */
  onKey<T>(
    operation: TracedOperation,
    key: string,
    task: (storeKey: string) => Promise<T>,
    describe: (result: T) => TraceResult,
  ): Promise<T> {
    const run = async () => {
      this.store.checkOpen();
      checkKey(key);
      return task(this.prefix + key);
    };
    return isTraced(tracing[operation]) ? this.#trace(operation, key, run, describe) : run();
  }

  /** As {@link onKey}, for an operation on many. */
  onMany<T>(
    operation: 'getMany' | 'setMany',
    task: () => Promise<T>,
    describe: (result: T) => TraceResult,
  ): Promise<T> {
    const run = async () => {
      this.store.checkOpen();
      return task();
    };
    return isTraced(tracing[operation]) ? this.#trace(operation, undefined, run, describe) : run();
  }

  /** Runs the factory of a caller. */
  factory<T>(key: string, run: () => T | Promise<T>): Promise<T> {
    const compute = async () => run();
    return isTraced(tracing.factory) ? this.#trace('factory', key, compute, done) : compute();
  }

  /** What is known of an entry of the view, to its users. */
  async describe(operation: CacheOperation, key: string, entry: StoredEntry<unknown>): Promise<CacheMetadata> {
    const { store, prefix, tags } = this;
    const metadata = await store.entered(() => store.describe(operation, prefix + key, entry));
    return withoutVersionTag({ ...metadata, key, tags: tags.here(metadata.tags) });
  }

  async #fits(storeKey: string, entry: StoredEntry<unknown>): Promise<boolean> {
    try {
      await fitted(this.#fitting, storeKey, entry, () => this.store.decode(storeKey, entry));
      return true;
    } catch (error) {
      if (isUseless(error)) return false;
      throw error;
    }
  }

  #trace<T>(
    operation: TracedOperation,
    key: unknown,
    run: () => Promise<T>,
    describe: (result: T) => TraceResult,
  ): Promise<T> {
    const storeKey = typeof key === 'string' ? this.prefix + key : key;
    return trace({ instance: this.#instance, operation, key: storeKey }, run, describe);
  }
}
