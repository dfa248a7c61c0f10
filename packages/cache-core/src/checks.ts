import { parseTtl } from './duration.js';
import { CacheError } from './errors.js';
import { describeValue, unknownField } from './options.js';
import type { SetOptions } from './types.js';

/** @throws CacheError `CACHE_INVALID_KEY` unless the key is text that is not empty and has no lone surrogate */
export function checkKey(key: unknown): asserts key is string {
  if (typeof key !== 'string') {
    throw new CacheError('CACHE_INVALID_KEY', `the key is ${describeValue(key)}; allowed is text that is not empty`);
  }
  if (key === '') throw new CacheError('CACHE_INVALID_KEY', 'the key is empty; allowed is text that is not empty');
  if (!key.isWellFormed()) {
    throw new CacheError(
      'CACHE_INVALID_KEY',
      'the key holds a lone surrogate, which no encoding can tell from another',
    );
  }
}

/** @throws CacheError `CACHE_INVALID_KEY` unless `keys` is an array of valid keys */
export function checkKeys(keys: unknown): asserts keys is readonly string[] {
  if (!Array.isArray(keys)) {
    throw new CacheError('CACHE_INVALID_KEY', `the keys are ${describeValue(keys)}; allowed is an array of keys`);
  }
  for (const key of keys) checkKey(key);
}

/** @throws CacheError `CACHE_INVALID_KEY` unless `entries` can be iterated; text could, but holds no entries */
export function checkEntries(entries: unknown): void {
  if (typeof entries === 'object' && entries !== null && Symbol.iterator in entries) return;
  throw new CacheError(
    'CACHE_INVALID_KEY',
    `the entries are ${describeValue(entries)}; allowed is an iterable of [key, value, options]`,
  );
}

/** @throws CacheError `CACHE_INVALID_KEY` unless `pair` is an array, its items still to be checked */
export function checkPair(pair: unknown): void {
  if (Array.isArray(pair)) return;
  throw new CacheError('CACHE_INVALID_KEY', `an entry is ${describeValue(pair)}; allowed is [key, value, options]`);
}

/**
 * @param what the function's role, for the message
 * @throws CacheError `CACHE_INVALID_CONFIG` unless `found` is a function
 */
export function checkFunction(what: string, found: unknown, key: string): void {
  if (typeof found === 'function') return;
  throw new CacheError('CACHE_INVALID_CONFIG', `${what} is ${describeValue(found)}; allowed is a function`, { key });
}

/** @throws CacheError `CACHE_INVALID_CONFIG` unless `by` is a finite number */
export function checkStep(by: unknown, key: string): void {
  if (typeof by === 'number' && Number.isFinite(by)) return;
  throw new CacheError('CACHE_INVALID_CONFIG', `by is ${describeValue(by)}; allowed is a finite number`, { key });
}

/** @throws CacheError `CACHE_INVALID_CONFIG` unless `signal` is an `AbortSignal` or left out */
export function checkSignal(signal: unknown, key: string): void {
  if (signal === undefined) return;
  // By what it has: signals of other realms, and of older libraries, are no less.
  if (typeof signal === 'object' && signal !== null && 'aborted' in signal && 'addEventListener' in signal) return;
  const reason = `the signal is ${describeValue(signal)}; allowed is an AbortSignal`;
  throw new CacheError('CACHE_INVALID_CONFIG', reason, { key });
}

/** The options of a `set`, checked and complete. */
export interface ResolvedSetOptions {
  readonly ttlSeconds: number | null;
  readonly tags: readonly string[];
  /** How long the expired entry is kept for `getOrSet`, 0 for not at all. */
  readonly graceMs: number;
  readonly isSliding: boolean;
}

export const SET_OPTIONS: readonly string[] = ['ttl', 'tags', 'sliding'];
export const SET_STREAM_OPTIONS: readonly string[] = [...SET_OPTIONS, 'signal'];
const NO_TAGS: readonly string[] = Object.freeze([]);

/**
 * @param operation whose options they are, for the message
 * @param fields what they may have
 * @throws CacheError `CACHE_INVALID_TTL`, or `CACHE_INVALID_CONFIG` for anything else that is wrong with the options
 */
export function resolveSetOptions(
  options: SetOptions | undefined,
  defaultTtlSeconds: number | null,
  key: string | undefined,
  operation = 'set',
  fields: readonly string[] = SET_OPTIONS,
): ResolvedSetOptions {
  if (options === undefined) return { ttlSeconds: defaultTtlSeconds, tags: NO_TAGS, graceMs: 0, isSliding: false };
  if (typeof options !== 'object' || options === null) {
    throw new CacheError(
      'CACHE_INVALID_CONFIG',
      `the options of ${operation} are ${describeValue(options)}; allowed is an object such as { ttl: '5m' }`,
      { key },
    );
  }
  for (const field in options) {
    if (!fields.includes(field)) {
      throw new CacheError('CACHE_INVALID_CONFIG', unknownField(operation, field, fields), { key });
    }
  }
  return {
    ttlSeconds: options.ttl === undefined ? defaultTtlSeconds : parseTtl(options.ttl, key),
    tags: options.tags === undefined ? NO_TAGS : checkTags(options.tags, key),
    graceMs: 0,
    isSliding: options.sliding === undefined ? false : checkSliding(options.sliding, key),
  };
}

function checkSliding(sliding: unknown, key: string | undefined): boolean {
  if (typeof sliding === 'boolean') return sliding;
  throw new CacheError('CACHE_INVALID_CONFIG', `sliding is ${describeValue(sliding)}; allowed is true or false`, {
    key,
  });
}

/** @throws CacheError `CACHE_INVALID_CONFIG` unless `tags` is an array of texts; repeated ones are dropped */
export function checkTags(tags: unknown, key?: string): readonly string[] {
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string' && tag !== '' && tag.isWellFormed())) {
    throw new CacheError(
      'CACHE_INVALID_CONFIG',
      `tags is ${describeValue(tags)}; allowed is an array of texts that are not empty`,
      { key },
    );
  }
  return Object.freeze([...new Set<string>(tags)]);
}
