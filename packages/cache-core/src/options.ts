import type { Clock } from './clock.js';
import { parseTtl } from './duration.js';
import { CacheError, isCacheError } from './errors.js';
import { nearestName } from './nearest-name.js';
import type { CacheLogger, CodecTransform, EvictionPolicy, Ttl } from './types.js';

/** Says what is allowed when `value` is not, `undefined` when it is. */
export type OptionRule = (value: unknown) => string | undefined;

/** A rule for each option that a factory takes. */
export type OptionRules = Readonly<Record<string, OptionRule>>;

/**
 * Checks the options of a factory; options that are `undefined` count as left out.
 * @throws CacheError `CACHE_INVALID_CONFIG` naming the field, what was found, what is allowed, and the nearest name of a
 * field that does not exist
 */
export function checkOptions(owner: string, options: unknown, rules: OptionRules): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new CacheError(
      'CACHE_INVALID_CONFIG',
      `${owner}: options are ${describeValue(options)}; allowed is an object`,
    );
  }
  for (const [field, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
    if (rule === undefined)
      throw new CacheError('CACHE_INVALID_CONFIG', unknownField(owner, field, Object.keys(rules)));
    const allowed = value === undefined ? undefined : rule(value);
    if (allowed !== undefined) {
      throw new CacheError(
        'CACHE_INVALID_CONFIG',
        `${owner}: ${field} is ${describeValue(value)}; allowed is ${allowed}`,
      );
    }
  }
}

/** "owner: unknown option …", with the nearest name or all of them. */
export function unknownField(owner: string, field: string, allowed: readonly string[]): string {
  const nearest = nearestName(field, allowed);
  const advice = nearest === undefined ? `allowed are ${allowed.join(', ')}` : `did you mean '${nearest}'?`;
  return `${owner}: there is no option ${describeValue(field)}; ${advice}`;
}

/** A value for a message: quoted and short if it is text, its type alone if it is an object. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' || typeof value === 'function') return `of type ${typeof value}`;
  return String(value);
}

export const optionRules = {
  positiveInteger: (value: unknown) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? undefined : 'a whole number above 0',
  boolean: (value: unknown) => (typeof value === 'boolean' ? undefined : 'true or false'),
  text: (value: unknown) => (typeof value === 'string' && value !== '' ? undefined : 'text that is not empty'),
  ttl: (value: unknown) => {
    try {
      parseTtl(value as Ttl);
      return undefined;
    } catch (error) {
      if (isCacheError(error, 'CACHE_INVALID_TTL'))
        return "seconds above 0, a duration such as '30s' or '24h', or null";
      throw error;
    }
  },
  /** Seconds above 0, or `null` or 0 for never. */
  interval: (value: unknown) =>
    value === null || (typeof value === 'number' && value >= 0 && value <= 86_400 * 365)
      ? undefined
      : 'seconds from 0 (never) to a year, or null',
  oneOf:
    (...allowed: readonly unknown[]): OptionRule =>
    (value) =>
      allowed.includes(value)
        ? undefined
        : `one of ${allowed.map(describeValue).join(', ')}${suggestion(value, allowed)}`,
  clock: (value: unknown) =>
    isObjectWith(value, 'now') && isObjectWith(value, 'repeat') ? undefined : 'an object with now() and repeat()',
  transforms: (value: unknown) =>
    Array.isArray(value) && value.every((transform) => typeof transform === 'function')
      ? undefined
      : 'an array of transforms, such as [compress()]',
  logger: (value: unknown) =>
    isObjectWith(value, 'warn') && isObjectWith(value, 'error') ? undefined : 'an object with warn() and error()',
} as const;

function suggestion(value: unknown, allowed: readonly unknown[]): string {
  const names = allowed.filter((name) => typeof name === 'string');
  const nearest = typeof value === 'string' ? nearestName(value, names) : undefined;
  return nearest === undefined ? '' : `; did you mean '${nearest}'?`;
}

function isObjectWith(value: unknown, method: string): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, method) === 'function';
}

export const EVICTION_POLICIES: readonly EvictionPolicy[] = [
  'lru',
  'lfu',
  'fifo',
  'ttl',
  'sieve',
  's3-fifo',
  'w-tinylfu',
];

/** What every backend built on the base class can be given. */
export interface BaseCacheOptions {
  /** Time to live of entries whose `set` names none. @default null (never) */
  defaultTtl?: Ttl | undefined;
  /** Most entries held after a `set` has resolved. @default no limit */
  maxEntries?: number | undefined;
  /** Most bytes held after a `set` has resolved; a larger entry is refused. @default no limit */
  maxSizeBytes?: number | undefined;
  /** What goes when a limit is reached. `'ttl'` removes expired entries only, and refuses new keys when full. @default 'lru' */
  evictionPolicy?: EvictionPolicy | undefined;
  /** Seconds between automatic cleanups; 0 or `null` for none. The timer keeps no process alive. @default 300 */
  cleanupIntervalSeconds?: number | null | undefined;
  /** @default the system's */
  clock?: Clock | undefined;
  /** Where faults are told, each kind once a minute. @default none */
  logger?: CacheLogger | undefined;
  /**
   * What is done to values on their way into the store, first to last, and undone on reads: `compress()`, `encrypt()` of
   * `@glovebox/cache-core/codecs`. Keys and tags stay as they are. @default none
   */
  transforms?: readonly CodecTransform[] | undefined;
}

/** Rules of {@link BaseCacheOptions}, for a backend to spread into its own. */
export const baseOptionRules = {
  defaultTtl: optionRules.ttl,
  maxEntries: optionRules.positiveInteger,
  maxSizeBytes: optionRules.positiveInteger,
  evictionPolicy: optionRules.oneOf(...EVICTION_POLICIES),
  cleanupIntervalSeconds: optionRules.interval,
  clock: optionRules.clock,
  logger: optionRules.logger,
  transforms: optionRules.transforms,
} as const satisfies OptionRules;
