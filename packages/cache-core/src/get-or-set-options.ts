import { type ResolvedSetOptions, resolveSetOptions, SET_OPTIONS } from './checks.js';
import { durationSeconds, MAX_TTL_SECONDS } from './duration.js';
import { CacheError } from './errors.js';
import { describeValue } from './options.js';
import type { GetOrSetOptions } from './types.js';

/** The options of a `getOrSet`, checked and complete. */
export interface ResolvedGetOrSetOptions extends ResolvedSetOptions {
  readonly softTimeoutMs: number | undefined;
  readonly hardTimeoutMs: number | undefined;
  readonly errorTtlMs: number | undefined;
  readonly refreshAhead: number | undefined;
  /** 0 for none. */
  readonly jitter: number;
  readonly shouldCache: ((value: unknown) => boolean) | undefined;
}

export const GET_OR_SET_OPTIONS: readonly string[] = [
  ...SET_OPTIONS,
  'grace',
  'softTimeout',
  'hardTimeout',
  'refreshAhead',
  'jitter',
  'shouldCache',
  'errorTtl',
];
/** The longest timer of Node, 24.8 days. */
const MAX_TIMEOUT_SECONDS = 0x7fffffff / 1_000;

/** @throws CacheError `CACHE_INVALID_TTL`, or `CACHE_INVALID_CONFIG` for anything else that is wrong with the options */
export function resolveGetOrSetOptions<T>(
  options: GetOrSetOptions<T> | undefined,
  defaultTtlSeconds: number | null,
  key?: string,
): ResolvedGetOrSetOptions {
  const settings = resolveSetOptions(options, defaultTtlSeconds, key, 'getOrSet', GET_OR_SET_OPTIONS);
  const { grace, softTimeout, hardTimeout, refreshAhead, jitter, shouldCache, errorTtl } = options ?? {};
  const milliseconds = (field: string, value: unknown, least: 'from 0' | 'above 0', most: number) => {
    if (value === undefined) return undefined;
    const seconds = durationSeconds(value);
    const isAllowed =
      seconds !== undefined && seconds <= most && (seconds > 0 || (seconds === 0 && least === 'from 0'));
    if (!isAllowed) throw wrong(key, field, value, `seconds ${least} to ${most}, or a duration such as '30s'`);
    return Math.round(seconds * 1_000);
  };
  const share = (field: string, value: unknown, isAllowed: (share: number) => boolean) => {
    if (value === undefined || (typeof value === 'number' && isAllowed(value))) return value;
    throw wrong(key, field, value, 'a share of the ttl, above 0 and below 1');
  };
  if (shouldCache !== undefined && typeof shouldCache !== 'function') {
    throw wrong(key, 'shouldCache', shouldCache, 'a function that says whether a value is stored');
  }
  return {
    ...settings,
    graceMs: milliseconds('grace', grace, 'from 0', MAX_TTL_SECONDS) ?? 0,
    softTimeoutMs: milliseconds('softTimeout', softTimeout, 'from 0', MAX_TIMEOUT_SECONDS),
    hardTimeoutMs: milliseconds('hardTimeout', hardTimeout, 'above 0', MAX_TIMEOUT_SECONDS),
    errorTtlMs: milliseconds('errorTtl', errorTtl, 'above 0', MAX_TTL_SECONDS),
    refreshAhead: share('refreshAhead', refreshAhead, (value) => value > 0 && value < 1),
    jitter: share('jitter', jitter, (value) => value >= 0 && value < 1) ?? 0,
    // What the factory returns is a T, which the compiler can't follow through a flight.
    shouldCache: shouldCache as ((value: unknown) => boolean) | undefined,
  };
}

function wrong(key: string | undefined, field: string, value: unknown, allowed: string): CacheError {
  return new CacheError(
    'CACHE_INVALID_CONFIG',
    `getOrSet: ${field} is ${describeValue(value)}; allowed is ${allowed}`,
    { key },
  );
}
