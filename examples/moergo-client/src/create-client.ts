import { createCacheFromUserConfig } from '@glovebox/cache-config';
import type { CacheManager } from '@glovebox/cache-core';
import { MoergoClient } from './client.js';
import { MoErgoError } from './errors.js';
import { completeOptions, type MoergoServiceOptions } from './options.js';

/** A user's settings: what `loadUserConfig()` returned, or an object of the same fields. */
export type MoergoUserConfig = NonNullable<Parameters<typeof createCacheFromUserConfig>[0]>;

/** Either a cache of the caller's, which `close()` leaves open, or a user's settings to make one from. */
export type MoergoClientOptions = MoergoServiceOptions &
  ({ cache: CacheManager; userConfig?: undefined } | { userConfig: MoergoUserConfig; cache?: undefined });

/**
 * A client of the MoErgo layout service.
 * @throws MoErgoError `MOERGO_INVALID_ARGUMENT` naming the option; CacheError for a userConfig that is not valid
 */
export function createMoergoClient(options: MoergoClientOptions): MoergoClient {
  const { cache, userConfig, ...service } = options;
  if ((cache === undefined) === (userConfig === undefined)) {
    const found = cache === undefined ? 'neither' : 'both';
    throw new MoErgoError('MOERGO_INVALID_ARGUMENT', `cache, userConfig: found ${found}; allowed is one of them`, {
      field: 'cache',
      found,
      allowed: 'one of cache and userConfig',
    });
  }
  // Before a cache is made that nobody would close.
  const settings = completeOptions(service);
  if (cache !== undefined) return new MoergoClient(cache, false, settings);
  const { clock, logger } = settings;
  const ownCache = createCacheFromUserConfig(userConfig, { namespace: 'moergo', clock, logger });
  return new MoergoClient(ownCache, true, settings);
}
