import {
  CacheError,
  type CacheManager,
  type CacheMetadata,
  type CacheStats,
  type Factory,
  type GetOrSetOptions,
  type LookupResult,
  type SetOptions,
  type Ttl,
} from '@glovebox/cache-core';

/**
 * One owner's hold on a cache that others hold too: closing it leaves them theirs, and a second `close` takes nothing
 * from anybody, which counting on one common object could not tell from another owner's first.
 */
export class SharedCacheHandle implements CacheManager {
  readonly name: string;
  readonly capabilities: CacheManager['capabilities'];
  readonly #cache: CacheManager;
  readonly #release: () => Promise<void>;
  #closing: Promise<void> | undefined;

  /** @param release called once, by the first `close` */
  constructor(cache: CacheManager, release: () => Promise<void>) {
    this.name = cache.name;
    this.capabilities = cache.capabilities;
    this.#cache = cache;
    this.#release = release;
  }

  get<T = unknown>(key: string): Promise<T | undefined>;
  get<T, D>(key: string, defaultValue: D): Promise<T | D>;
  async get(key: string, defaultValue?: unknown): Promise<unknown> {
    return this.#open().get(key, defaultValue);
  }

  async lookup<T = unknown>(key: string): Promise<LookupResult<T>> {
    return this.#open().lookup<T>(key);
  }

  async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    return this.#open().set(key, value, options);
  }

  async exists(key: string): Promise<boolean> {
    return this.#open().exists(key);
  }

  async delete(key: string): Promise<boolean> {
    return this.#open().delete(key);
  }

  async clear(): Promise<void> {
    return this.#open().clear();
  }

  async getMany<T = unknown>(keys: readonly string[]): Promise<Map<string, T>> {
    return this.#open().getMany<T>(keys);
  }

  async setMany(entries: Iterable<readonly [string, unknown, SetOptions?]>): Promise<number> {
    return this.#open().setMany(entries);
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    return this.#open().deleteMany(keys);
  }

  async *keys(options?: { prefix?: string }): AsyncGenerator<string> {
    yield* this.#open().keys(options);
  }

  async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    return this.#open().getOrSet(key, factory, options);
  }

  async add(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    return this.#open().add(key, value, options);
  }

  async update<T = unknown>(
    key: string,
    change: (current: T | undefined) => T | undefined | Promise<T | undefined>,
    options?: SetOptions,
  ): Promise<T | undefined> {
    return this.#open().update(key, change, options);
  }

  async increment(key: string, by?: number, options?: SetOptions): Promise<number | undefined> {
    return this.#open().increment(key, by, options);
  }

  async take<T = unknown>(key: string): Promise<T | undefined> {
    return this.#open().take<T>(key);
  }

  async touch(key: string, ttl?: Ttl): Promise<boolean> {
    return this.#open().touch(key, ttl);
  }

  async getMetadata(key: string): Promise<CacheMetadata | undefined> {
    return this.#open().getMetadata(key);
  }

  async getStats(): Promise<CacheStats> {
    return this.#open().getStats();
  }

  async cleanup(): Promise<number> {
    return this.#open().cleanup();
  }

  close(): Promise<void> {
    this.#closing ??= this.#release();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** In an async method, so that what is thrown rejects. */
  #open(): CacheManager {
    if (this.#closing === undefined) return this.#cache;
    throw new CacheError('CACHE_CLOSED', `the ${this.name} cache is closed`);
  }
}
