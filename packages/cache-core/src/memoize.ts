import { CacheKey, type KeyPart } from './cache-key.js';
import { CacheError } from './errors.js';
import { describeValue } from './options.js';
import type { CacheManager, GetOrSetOptions } from './types.js';

/** Options of {@link memoize}: those of `getOrSet`, and what of the arguments decides the result. */
export interface MemoizeOptions<A extends readonly unknown[], T> extends GetOrSetOptions<T> {
  /** What of the arguments makes the key. @default all of them, which then must be values that a cache can hold */
  key?: ((...args: A) => KeyPart) | undefined;
}

/**
 * The function with its results in `cache`, by `getOrSet`: calls with equal arguments share one run and one result. The key
 * is `CacheKey.fromParts(name, ...args)`, or `CacheKey.fromParts(name, key(...args))`.
 * @param name tells functions that share a cache apart; another name for another meaning, lest old results come back
 * @throws CacheError `CACHE_INVALID_CONFIG`; the returned function rejects with `CACHE_INVALID_KEY` for arguments that
 * have no content to compare
 */
export function memoize<A extends readonly unknown[], T>(
  cache: CacheManager,
  name: string,
  compute: (...args: A) => T | Promise<T>,
  options: MemoizeOptions<A, T> = {},
): (...args: A) => Promise<T> {
  if (typeof name !== 'string' || name === '') throw wrong('name', name, 'text that is not empty');
  if (typeof compute !== 'function') throw wrong('what is memoized', compute, 'a function');
  const { key, ...settings } = options;
  if (key !== undefined && typeof key !== 'function') throw wrong('key', key, 'a function of the arguments');
  return async (...args) => {
    const parts = key === undefined ? args : [key(...args)];
    return cache.getOrSet(CacheKey.fromParts(name, ...parts), () => compute(...args), settings);
  };
}

function wrong(what: string, found: unknown, allowed: string): CacheError {
  return new CacheError('CACHE_INVALID_CONFIG', `memoize: ${what} is ${describeValue(found)}; allowed is ${allowed}`);
}
