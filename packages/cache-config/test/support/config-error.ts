import { type CacheError, isCacheError } from '@glovebox/cache-core';
import { expect } from 'vitest';

/** The `CACHE_INVALID_CONFIG` that `action` throws; anything else fails the test. */
export function configErrorOf(action: () => unknown): CacheError {
  let thrown: unknown;
  try {
    action();
  } catch (error) {
    thrown = error;
  }
  if (!isCacheError(thrown, 'CACHE_INVALID_CONFIG')) expect.fail(`no CACHE_INVALID_CONFIG, but ${String(thrown)}`);
  return thrown;
}
