import { durationSeconds, MAX_TTL_SECONDS } from './duration.js';
import { CacheError } from './errors.js';
import { checkOptions, describeValue, type OptionRules } from './options.js';
import type { CacheMetadata, ListOptions } from './types.js';

const AGES = "seconds from 0, or a duration such as '30s'";
const isAge = (value: unknown) => {
  const seconds = durationSeconds(value);
  return seconds !== undefined && seconds >= 0 && seconds <= MAX_TTL_SECONDS ? undefined : AGES;
};
const isSize = (value: unknown) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? undefined : 'a whole number of bytes from 0';

const RULES: OptionRules = {
  // Told below, as a key is.
  prefix: () => undefined,
  tag: (value) => (typeof value === 'string' && value !== '' ? undefined : 'text that is not empty'),
  olderThan: isAge,
  youngerThan: isAge,
  minSizeBytes: isSize,
  maxSizeBytes: isSize,
};

/**
 * Checks the options of a listing; those that are `undefined` count as left out.
 * @throws CacheError `CACHE_INVALID_KEY` for a prefix that is no text, `CACHE_INVALID_CONFIG` for any other option
 */
export function checkListOptions(operation: 'keys' | 'entries', options: unknown): ListOptions {
  checkOptions(operation, options, RULES);
  const checked = options as ListOptions;
  const { prefix } = checked;
  if (prefix === undefined || typeof prefix === 'string') return checked;
  throw new CacheError('CACHE_INVALID_KEY', `the prefix is ${describeValue(prefix)}; allowed is text`);
}

/** Whether the metadata is of what checked options ask for. The size, which may take computing, is asked for last. */
export function listFilter(options: ListOptions): (metadata: CacheMetadata) => boolean {
  const { prefix = '', tag, minSizeBytes = 0, maxSizeBytes = Number.POSITIVE_INFINITY } = options;
  const minAge = durationSeconds(options.olderThan) ?? 0;
  const maxAge = durationSeconds(options.youngerThan) ?? Number.POSITIVE_INFINITY;
  const asksForAge = options.olderThan !== undefined || options.youngerThan !== undefined;
  const asksForSize = options.minSizeBytes !== undefined || options.maxSizeBytes !== undefined;
  return (metadata) => {
    if (!metadata.key.startsWith(prefix)) return false;
    if (tag !== undefined && !metadata.tags.includes(tag)) return false;
    if (asksForAge && !(metadata.ageSeconds >= minAge && metadata.ageSeconds < maxAge)) return false;
    return !asksForSize || (metadata.sizeBytes >= minSizeBytes && metadata.sizeBytes <= maxSizeBytes);
  };
}
