import type { Readable } from 'node:stream';
import type { CacheEventName, CacheListener } from './events.js';
import type {
  ByteSource,
  CacheCapabilities,
  CacheManager,
  CacheMetadata,
  CacheStats,
  Factory,
  GetOrSetOptions,
  ListOptions,
  LookupResult,
  SetOptions,
  SetStreamOptions,
  Ttl,
} from './types.js';

/** Where the operations of a cache are counted and traced. */
export interface CacheOrigin {
  /** The cache itself, behind handles and namespaces of it. */
  readonly instance: CacheManager;
  /** The part of it that is meant, as in {@link OperationTrace}; all of it if there is none. */
  readonly namespace?: string;
}

/** The cache behind what may be a handle or a namespace of it. @throws CacheError `CACHE_CLOSED` */
export function originOf(cache: CacheManager): CacheOrigin {
  // Not by its class: there may be two copies of this package.
  const isForwarding = 'origin' in cache && typeof cache.origin === 'function';
  return isForwarding ? (cache as ForwardingCache).origin() : { instance: cache };
}

/** A cache whose operations are those of another one, possibly under other keys. */
export abstract class ForwardingCache implements CacheManager {
  abstract readonly name: string;
  abstract readonly capabilities: CacheCapabilities;
  readonly #listening = new Set<() => void>();

  abstract namespace(name: string): CacheManager;
  abstract close(): Promise<void>;

  /** The cache to ask. In asynchronous methods only, so that what is thrown rejects. @throws CacheError `CACHE_CLOSED` */
  protected abstract target(): CacheManager;

  /** The key that the target knows an entry by. @throws CacheError `CACHE_INVALID_KEY` */
  protected keyThere(key: string): string {
    return key;
  }

  get<T = unknown>(key: string): Promise<T | undefined>;
  get<T, D>(key: string, defaultValue: D): Promise<T | D>;
  async get(key: string, defaultValue?: unknown): Promise<unknown> {
    return this.target().get(this.keyThere(key), defaultValue);
  }

  async lookup<T = unknown>(key: string): Promise<LookupResult<T>> {
    return this.target().lookup<T>(this.keyThere(key));
  }

  async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    return this.target().set(this.keyThere(key), value, options);
  }

  async setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    return this.target().setStream(this.keyThere(key), source, options);
  }

  async getStream(key: string): Promise<Readable | undefined> {
    return this.target().getStream(this.keyThere(key));
  }

  async exists(key: string): Promise<boolean> {
    return this.target().exists(this.keyThere(key));
  }

  async delete(key: string): Promise<boolean> {
    return this.target().delete(this.keyThere(key));
  }

  async clear(): Promise<void> {
    return this.target().clear();
  }

  async getMany<T = unknown>(keys: readonly string[]): Promise<Map<string, T>> {
    return this.target().getMany<T>(keys);
  }

  async setMany(entries: Iterable<readonly [string, unknown, SetOptions?]>): Promise<number> {
    return this.target().setMany(entries);
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    return this.target().deleteMany(keys);
  }

  async *keys(options?: ListOptions): AsyncGenerator<string> {
    yield* this.target().keys(options);
  }

  async *entries(options?: ListOptions): AsyncGenerator<CacheMetadata> {
    yield* this.target().entries(options);
  }

  async invalidateTags(tags: readonly string[]): Promise<boolean> {
    return this.target().invalidateTags(tags);
  }

  async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    return this.target().getOrSet(this.keyThere(key), factory, options);
  }

  async add(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    return this.target().add(this.keyThere(key), value, options);
  }

  async update<T = unknown>(
    key: string,
    change: (current: T | undefined) => T | undefined | Promise<T | undefined>,
    options?: SetOptions,
  ): Promise<T | undefined> {
    return this.target().update(this.keyThere(key), change, options);
  }

  async increment(key: string, by?: number, options?: SetOptions): Promise<number | undefined> {
    return this.target().increment(this.keyThere(key), by, options);
  }

  async take<T = unknown>(key: string): Promise<T | undefined> {
    return this.target().take<T>(this.keyThere(key));
  }

  async touch(key: string, ttl?: Ttl): Promise<boolean> {
    return this.target().touch(this.keyThere(key), ttl);
  }

  async getMetadata(key: string): Promise<CacheMetadata | undefined> {
    return this.target().getMetadata(this.keyThere(key));
  }

  async getStats(): Promise<CacheStats> {
    return this.target().getStats();
  }

  async cleanup(): Promise<number> {
    return this.target().cleanup();
  }

  /** @throws CacheError `CACHE_CLOSED`, and as {@link CacheManager.on} does */
  on<N extends CacheEventName>(name: N, listener: CacheListener<N>): () => void {
    return this.untilClosed(this.target().on(name, listener));
  }

  /** For {@link originOf}. @throws CacheError `CACHE_CLOSED` */
  origin(): CacheOrigin {
    return originOf(this.target());
  }

  /** Remembers what ends a listening of this cache's users, for {@link stopListening}. */
  protected untilClosed(stop: () => void): () => void {
    const stopOnce = () => {
      if (this.#listening.delete(stopOnce)) stop();
    };
    this.#listening.add(stopOnce);
    return stopOnce;
  }

  /** For `close`: the cache that is asked stays open, and must not go on calling those who are done with this one. */
  protected stopListening(): void {
    for (const stop of [...this.#listening]) stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
