import { CacheError } from './errors.js';
import type { Ttl } from './types.js';

type DurationUnit = 'ms' | 's' | 'm' | 'h' | 'd';

/** A whole or decimal number with its unit: `'250ms'`, `'30s'`, `'5m'`, `'1.5h'`, `'7d'`. */
export type DurationString = `${number}${DurationUnit}`;

const SECONDS_PER_UNIT: Record<DurationUnit, number> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 };
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Longest time to live: beyond a thousand years an instant loses its milliseconds sooner or later. */
export const MAX_TTL_SECONDS = 1_000 * 365 * 86_400;

/**
 * Seconds of a duration, `null` for `null`.
 * @throws CacheError `CACHE_INVALID_TTL` for anything that is not above zero and at most a thousand years
 */
export function parseTtl(ttl: Ttl, key?: string): number | null {
  if (ttl === null) return null;
  const seconds = typeof ttl === 'string' ? parseDuration(ttl) : ttl;
  if (typeof seconds === 'number' && seconds > 0 && seconds <= MAX_TTL_SECONDS) return seconds;
  throw new CacheError(
    'CACHE_INVALID_TTL',
    `ttl is ${describe(ttl)}; allowed are seconds above 0 and up to ${MAX_TTL_SECONDS}, ` +
      `a duration such as '250ms', '30s', '5m', '1h' or '7d', or null for no expiry`,
    { key },
  );
}

/** Seconds of a number or a duration string, `undefined` for anything else. */
export function durationSeconds(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? parseDuration(value) : undefined;
}

/** Seconds of a duration string, `undefined` if it is not one. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * SECONDS_PER_UNIT[match[2] as DurationUnit];
}

function describe(ttl: unknown): string {
  if (typeof ttl === 'string') return JSON.stringify(ttl.length > 40 ? `${ttl.slice(0, 40)}…` : ttl);
  return typeof ttl === 'number' ? String(ttl) : `of type ${typeof ttl}`;
}
