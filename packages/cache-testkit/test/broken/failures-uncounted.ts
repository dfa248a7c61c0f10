import { isCacheError } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A failure that reaches no caller is told to nobody. */
export class BrokenCache extends ReferenceCache {
  protected override report(...fault: Parameters<ReferenceCache['report']>): void {
    const [, cause] = fault;
    if (!isCacheError(cause, 'CACHE_FACTORY_FAILED')) super.report(...fault);
  }
}

export const caughtBy = [
  'getOrSet/soft-timeout-then-failure',
  'getOrSet/refresh-ahead-fails',
  'getOrSet/grace-on-failure',
];
