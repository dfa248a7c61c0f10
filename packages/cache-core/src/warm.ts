import { CacheError } from './errors.js';
import { GET_OR_SET_OPTIONS, resolveGetOrSetOptions } from './get-or-set-options.js';
import { checkOptions, describeValue, type OptionRules, optionRules } from './options.js';
import type { CacheManager, FactoryContext, GetOrSetOptions } from './types.js';
import { WarmRun } from './warm-run.js';

/** Factories that run at once unless told otherwise: they mostly wait, for a server that others ask too. */
const DEFAULT_CONCURRENCY = 4;

const functionRule = (value: unknown) => (typeof value === 'function' ? undefined : 'a function');

const OPTION_RULES: OptionRules = {
  // Their values are checked as those of a getOrSet.
  ...Object.fromEntries(GET_OR_SET_OPTIONS.map((field) => [field, () => undefined])),
  concurrency: optionRules.positiveInteger,
  onProgress: functionRule,
  signal: (value) => (value instanceof AbortSignal ? undefined : 'an AbortSignal'),
  softTimeout: nobodyWaits,
  refreshAhead: nobodyWaits,
};

/** How a key fared: it was there, or others computed it meanwhile; its factory ran; its factory or what it made failed. */
export type WarmOutcome = 'hit' | 'computed' | 'failed';

/** What is told after each key. */
export interface WarmProgress {
  readonly key: string;
  readonly outcome: WarmOutcome;
  /** Keys so far: the sum of the three counts. */
  readonly doneCount: number;
  /** Keys in all; `undefined` where that shows only at the end, as with generators. */
  readonly totalCount: number | undefined;
  readonly hitCount: number;
  readonly computedCount: number;
  readonly failedCount: number;
}

export interface WarmFailure {
  readonly key: string;
  readonly error: unknown;
}

/** What became of all keys. Frozen. */
export interface WarmReport {
  readonly totalCount: number;
  readonly hitCount: number;
  readonly computedCount: number;
  readonly failedCount: number;
  /** The first hundred failures. */
  readonly failures: readonly WarmFailure[];
}

/** Options of {@link warm}: those of `getOrSet` that are not about entries which are there already, and its own. */
export interface WarmOptions<T = unknown> extends Omit<GetOrSetOptions<T>, 'softTimeout' | 'refreshAhead'> {
  /** Most factories that run at once. @default 4 */
  concurrency?: number | undefined;
  /** Told after each key, in the order in which they end. What it throws reaches only the debug log. */
  onProgress?: ((progress: WarmProgress) => void) | undefined;
  /** Ends the warming: no further key is taken, factories under way are told by their own signal. @default never */
  signal?: AbortSignal | undefined;
}

/** Computes the value of a missing key, as the factory of a `getOrSet` does. */
export type WarmFactory<T> = (key: string, context: FactoryContext) => T | Promise<T>;

/**
 * Computes and stores what is missing among `keys`, by `getOrSet`: a factory runs once among all that ask for its key, in all
 * processes where the backend locks. Keys that are there are left alone: not read, not counted as hits, no more recent than
 * before. A factory that fails stops no other. Keys are taken as they are needed, so that they may be any number.
 * @returns what became of them, once all are done
 * @throws CacheError `CACHE_INVALID_KEY`, `CACHE_INVALID_TTL`, `CACHE_INVALID_CONFIG`, `CACHE_CLOSED`: no further key is taken.
 * The reason of `signal` when it is aborted; what `keys` itself throws
 */
export async function warm<T>(
  cache: CacheManager,
  keys: Iterable<string> | AsyncIterable<string>,
  factory: WarmFactory<T>,
  options: WarmOptions<T> = {},
): Promise<WarmReport> {
  checkSource(keys);
  if (typeof factory !== 'function') {
    throw new CacheError(
      'CACHE_INVALID_CONFIG',
      `warm: the factory is ${describeValue(factory)}; allowed is a function of the key`,
    );
  }
  checkOptions('warm', options, OPTION_RULES);
  const { concurrency = DEFAULT_CONCURRENCY, onProgress, signal, ...settings } = options;
  // Now, and not when the first key is missing.
  resolveGetOrSetOptions(settings, null);
  return new WarmRun(cache, keys, factory, settings, { concurrency, onProgress, signal }).run();
}

function checkSource(keys: unknown): void {
  if (typeof keys === 'object' && keys !== null && (Symbol.iterator in keys || Symbol.asyncIterator in keys)) return;
  throw new CacheError('CACHE_INVALID_KEY', `the keys are ${describeValue(keys)}; allowed is an iterable of keys`);
}

function nobodyWaits(): string {
  return 'to leave it out: it is about callers who wait for a value';
}
