import type { AtomicUpdates } from './atomic-updates.js';
import { CacheError, isCacheError } from './errors.js';
import type { Computing } from './get-or-set.js';
import { printableKey } from './observation.js';
import type { Awaitable, StoreAccess } from './store-access.js';
import type { CacheManager, StoredEntry } from './types.js';

/** What a reader expects of entries. Those that do not fit are misses to it, and removed. */
export interface Fitting {
  /** Whether an entry may be for this reader, going by all but its value. */
  admits(entry: StoredEntry<unknown>): boolean;
  /** What the reader gets for the stored value. @throws CacheError `CACHE_INVALID_VALUE` for one that does not fit */
  fit(key: string, value: unknown): Awaitable<unknown>;
}

/** Where a cache lets `@glovebox/cache-core/typed` in: views that only forward hand on what is behind them. */
export const CACHE_PARTS: unique symbol = Symbol.for('@glovebox/cache-core/parts');

/** What operations are made of, for those that read with a {@link Fitting}. */
export interface CacheParts<P = unknown> {
  /** The cache itself, not a view of it. */
  readonly instance: CacheManager;
  readonly store: StoreAccess<P>;
  readonly computing: Computing<P>;
  readonly updates: AtomicUpdates<P>;
  /** As the cache does them, but not traced: who reads with a fitting tells the whole of what he does. */
  readonly set: CacheManager['set'];
  readonly setMany: CacheManager['setMany'];
  /** What stands before the keys of a view, in the store. */
  readonly prefix: string;
}

/** The parts of a cache built on `BaseCacheManager`, or of a view of one; `undefined` for any other. */
export function partsOf(cache: CacheManager): CacheParts | undefined {
  const parts: unknown = Reflect.get(cache, CACHE_PARTS);
  return typeof parts === 'function' ? (parts.call(cache) as CacheParts | undefined) : undefined;
}

/** What a reader gets for an entry. @throws CacheError `CACHE_INVALID_VALUE`, or what `decode` throws */
export function fitted(
  fitting: Fitting,
  key: string,
  entry: StoredEntry<unknown>,
  decode: () => unknown,
): Awaitable<unknown> {
  if (fitting.admits(entry)) return fitting.fit(key, decode());
  throw new CacheError('CACHE_INVALID_VALUE', `the entry of ${printableKey(key)} has another version`, { key });
}

/** Whether an error says that an entry is there, and of no use to this reader. */
export function isUseless(error: unknown): boolean {
  return isCacheError(error, 'CACHE_CORRUPT_ENTRY') || isCacheError(error, 'CACHE_UNREADABLE_ENTRY') || isMisfit(error);
}

export function isMisfit(error: unknown): error is CacheError {
  return isCacheError(error, 'CACHE_INVALID_VALUE');
}
