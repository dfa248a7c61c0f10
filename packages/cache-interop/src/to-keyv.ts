import { EventEmitter } from 'node:events';
import { type CacheManager, MAX_TTL_SECONDS, type SetOptions } from '@glovebox/cache-core';
import { isObservable } from './cache-events.js';
import { checkCache } from './check-cache.js';

/**
 * A cache as Keyv's storage adapter, for keyv 5 and 6. Both put the namespace before the keys, so that several instances
 * of Keyv may share one; with keyv 5 `clear` is then about the namespace of the last one, so give each its own.
 *
 * There is no `deleteMany`: keyv 5 wants one boolean of it, and keyv 6 one a key. Without it both ask `delete` for each key.
 */
export class KeyvAdapter extends EventEmitter {
  /** keyv 5 lists a store only if it says that it is one of seven kinds of database. */
  readonly opts: Record<string, unknown> = { dialect: 'redis' };
  /** Set by keyv 5: what `clear` is about. */
  namespace: string | undefined;
  readonly #cache: CacheManager;

  constructor(cache: CacheManager) {
    super();
    this.#cache = cache;
    // Every instance of Keyv adds a listener.
    this.setMaxListeners(0);
    if (isObservable(cache)) cache.on('error', ({ error }) => this.#tell(error));
  }

  async get(key: string): Promise<unknown> {
    return this.#cache.get(key);
  }

  async getMany(keys: string[]): Promise<unknown[]> {
    const found = await this.#cache.getMany(keys);
    return keys.map((key) => found.get(key));
  }

  /**
   * `false`: the cache could not store it. Without a ttl the entry has the cache's own default.
   * @param ttlMs milliseconds; 0 for none; below 0 the entry has expired already, and is removed
   */
  async set(key: string, value: unknown, ttlMs?: number): Promise<boolean> {
    if (ttlMs !== undefined && ttlMs < 0) {
      await this.#cache.delete(key);
      return true;
    }
    return this.#cache.set(key, value, setOptions(ttlMs));
  }

  async setMany(entries: readonly { key: string; value: unknown; ttl?: number | undefined }[]): Promise<boolean[]> {
    return Promise.all(entries.map(({ key, value, ttl }) => this.set(key, value, ttl)));
  }

  async delete(key: string): Promise<boolean> {
    return this.#cache.delete(key);
  }

  async clear(): Promise<void> {
    const { namespace } = this;
    if (namespace === undefined || namespace === '') return this.#cache.clear();
    const keys: string[] = [];
    for await (const key of this.#cache.keys({ prefix: prefixOf(namespace) })) keys.push(key);
    await this.#cache.deleteMany(keys);
  }

  async has(key: string): Promise<boolean> {
    return this.#cache.exists(key);
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    return Promise.all(keys.map((key) => this.#cache.exists(key)));
  }

  /** Entries as they are stored, with whole keys. Each counts as a read. */
  async *iterator(namespace = this.namespace): AsyncGenerator<[string, unknown], void> {
    for await (const key of this.#cache.keys({ prefix: namespace ? prefixOf(namespace) : '' })) {
      const value = await this.#cache.get(key);
      // It may have gone since it was listed.
      if (value !== undefined) yield [key, value];
    }
  }

  /** Closes the cache; of a namespace, its use. */
  async disconnect(): Promise<void> {
    await this.#cache.close();
  }

  /** Node's emitter throws an error that nobody listens to. */
  #tell(error: Error): void {
    if (this.listenerCount('error') > 0) this.emit('error', error);
  }
}

/**
 * The cache as a storage adapter: `new Keyv({ store: toKeyv(cache) })`, with keyv 5 or 6. Values come as Keyv writes them, and
 * the time to live in milliseconds. Faults of the cache are told as `error` events.
 * @throws CacheError `CACHE_INVALID_CONFIG` for what is no cache
 */
export function toKeyv(cache: CacheManager): KeyvAdapter {
  checkCache('toKeyv', cache);
  return new KeyvAdapter(cache);
}

function prefixOf(namespace: string): string {
  return `${namespace}:`;
}

function setOptions(ttlMs: number | undefined): SetOptions | undefined {
  if (ttlMs === undefined || ttlMs === 0) return undefined;
  const ttl = ttlMs / 1_000;
  // What Keyv keeps for longer than a cache may be told, it keeps for ever.
  return { ttl: ttl > MAX_TTL_SECONDS ? null : ttl };
}
