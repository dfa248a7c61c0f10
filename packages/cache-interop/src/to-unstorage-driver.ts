import { CacheError, type CacheManager, printableKey, type Ttl } from '@glovebox/cache-core';
import { isObservable, type ObservableCache } from './cache-events.js';
import { checkCache } from './check-cache.js';

/** What unstorage takes for a value. */
type StorageValue = null | string | number | boolean | object;

/** Options of a single write: those of unstorage's callers, of which one counts. */
interface WriteOptions {
  /** Time to live, in seconds or as a duration. @default the cache's `defaultTtl` */
  ttl?: Ttl | undefined;
}

/** What `storage.getMeta` shows of an item. */
export interface UnstorageMeta {
  [field: string]: StorageValue | Date | undefined;
  /** When it was written. */
  mtime: Date;
  /** When it was last read. */
  atime: Date;
  /** Bytes. */
  size: number;
  /** Seconds that are left; missing if it never expires. */
  ttl?: number;
}

type WatchCallback = (event: 'update' | 'remove', key: string) => unknown;

/** The driver of unstorage 1 that {@link toUnstorageDriver} returns. */
export interface UnstorageDriver {
  readonly name: string;
  getInstance(): CacheManager;
  hasItem(key: string): Promise<boolean>;
  getItem(key: string): Promise<StorageValue>;
  getItems(items: readonly { key: string }[]): Promise<{ key: string; value: StorageValue }[]>;
  getItemRaw(key: string): Promise<unknown>;
  setItem(key: string, value: string, options?: WriteOptions): Promise<void>;
  setItemRaw(key: string, value: unknown, options?: WriteOptions): Promise<void>;
  removeItem(key: string): Promise<void>;
  getMeta(key: string): Promise<UnstorageMeta | null>;
  getKeys(base?: string): Promise<string[]>;
  clear(base?: string): Promise<void>;
  dispose(): Promise<void>;
  /** Missing where the cache tells of no events: unstorage then tells of what is written through it. */
  watch?(callback: WatchCallback): () => void;
}

/**
 * The cache as a driver: `createStorage({ driver: toUnstorageDriver(cache) })`, with unstorage 1. What `setItem` writes is text,
 * as unstorage makes it; `setItemRaw` takes every value that the cache does, and gives it back equal.
 * @throws CacheError `CACHE_INVALID_CONFIG` for what is no cache. Writes reject with `CACHE_BACKEND_FAILED` if the cache could
 * not store the item: unstorage has no other way to tell
 */
export function toUnstorageDriver(cache: CacheManager): UnstorageDriver {
  checkCache('toUnstorageDriver', cache);
  const read = async (key: string) => (await cache.get<StorageValue>(key)) ?? null;
  const write = async (key: string, value: unknown, { ttl }: WriteOptions = {}) => {
    // unstorage's drivers take 0 for none.
    if (await cache.set(key, value, ttl === 0 ? {} : { ttl })) return;
    throw new CacheError('CACHE_BACKEND_FAILED', `the ${cache.name} cache did not store ${printableKey(key)}`, { key });
  };
  const list = async (base = '') => {
    const keys: string[] = [];
    for await (const key of cache.keys({ prefix: base })) if (isStorageKey(key)) keys.push(key);
    return keys;
  };
  // No method uses `this`: unstorage calls them as functions.
  return {
    name: 'glovebox-cache',
    getInstance: () => cache,
    hasItem: (key) => cache.exists(key),
    getItem: read,
    getItemRaw: read,
    async getItems(items) {
      const found = await cache.getMany<StorageValue>(items.map(({ key }) => key));
      return items.map(({ key }) => ({ key, value: found.get(key) ?? null }));
    },
    setItem: write,
    setItemRaw: write,
    async removeItem(key) {
      await cache.delete(key);
    },
    async getMeta(key) {
      const metadata = await cache.getMetadata(key);
      if (metadata === undefined) return null;
      const { createdAt, lastAccessedAt, sizeBytes, ttlSeconds, ageSeconds } = metadata;
      const meta = { mtime: new Date(createdAt), atime: new Date(lastAccessedAt), size: sizeBytes };
      return ttlSeconds === null ? meta : { ...meta, ttl: ttlSeconds - ageSeconds };
    },
    getKeys: list,
    async clear(base = '') {
      if (base === '') await cache.clear();
      else await cache.deleteMany(await list(base));
    },
    dispose: () => cache.close(),
    ...(isObservable(cache) && { watch: (callback: WatchCallback) => watch(cache, callback) }),
  };
}

/** Tells of what is written and removed through this instance of the cache, by whomever, until the returned function is called. */
function watch(cache: ObservableCache, callback: WatchCallback): () => void {
  const tell =
    (event: 'update' | 'remove') =>
    ({ key }: { key: string }) => {
      if (isStorageKey(key)) callback(event, key);
    };
  const stops = [
    cache.on('set', tell('update')),
    ...(['delete', 'evict', 'expire'] as const).map((name) => cache.on(name, tell('remove'))),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/**
 * Whether unstorage can ask for the key: it makes colons of slashes, cuts off what looks like a query, and refuses dots as
 * in paths. Other keys of the cache are none of its items.
 */
function isStorageKey(key: string): boolean {
  return !/[/\\?]|::|^:|:$/.test(key) && !/(^|:)\.{1,2}(:|$)/.test(key);
}
