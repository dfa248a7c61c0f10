import { type CacheManager, checkOptions, type Isolation } from '@glovebox/cache-core';
import { createMemoryCache as openMemoryCache } from '@glovebox/cache-memory';
import {
  type CacheContext,
  clockAndLoggerRules,
  contextRules,
  parseCacheConfig,
  parseUserConfig,
  splitOptions,
  type UserConfigInput,
} from './config-input.js';
import { adviseOnEnvironment } from './environment-advice.js';
import type { EitherSpelling } from './field-names.js';
import type { LimitFieldName } from './fields.js';
import { parseConfig } from './parse-config.js';
import { MEMORY_FIELD_NAMES, memoryConfigSchema } from './schemas.js';
import type { CacheSettings } from './settings.js';
import { baseOptions, openCache } from './strategies.js';

export type CacheFactoryOptions = EitherSpelling<CacheSettings> & CacheContext;

export type MemoryCacheFactoryOptions = EitherSpelling<Pick<CacheSettings, LimitFieldName>> &
  Pick<CacheContext, 'clock' | 'logger'> & {
    /** How values are kept apart from the caller's objects. @default 'clone' */
    isolation?: Isolation | undefined;
  };

/**
 * A cache for general use, on disk unless the strategy says otherwise: 500 MB, 10,000 entries, 24 hours, LRU.
 * @throws CacheError `CACHE_INVALID_CONFIG`, or what opening the root throws
 */
export function createDefaultCache(options: CacheFactoryOptions = {}): CacheManager {
  return createFrom('createDefaultCache', options);
}

/**
 * A cache on disk, with settings of its own; those left out have the defaults of {@link createDefaultCache}.
 * @throws CacheError `CACHE_INVALID_CONFIG`, or what opening the root throws
 */
export function createFilesystemCache(options: CacheFactoryOptions = {}): CacheManager {
  return createFrom('createFilesystemCache', options);
}

/**
 * A cache in memory; settings left out have the defaults of {@link createDefaultCache}.
 * @throws CacheError `CACHE_INVALID_CONFIG`
 */
export function createMemoryCache(options: MemoryCacheFactoryOptions = {}): CacheManager {
  const owner = 'createMemoryCache';
  const settings = splitOptions(owner, options, clockAndLoggerRules);
  adviseOnEnvironment(options.logger);
  const names = [...MEMORY_FIELD_NAMES, ...Object.keys(clockAndLoggerRules)];
  const { config, isolation } = parseConfig(memoryConfigSchema, settings, { owner, strategyNames: [], names });
  return openMemoryCache({ ...baseOptions(config, { clock: options.clock, logger: options.logger }), isolation });
}

/**
 * The cache that a user's configuration asks for.
 * @param userConfig what `loadUserConfig` returned, or an object of the same fields
 * @throws CacheError `CACHE_INVALID_CONFIG`, or what opening the root throws
 */
export function createCacheFromUserConfig(userConfig: UserConfigInput = {}, context: CacheContext = {}): CacheManager {
  const owner = 'createCacheFromUserConfig';
  checkOptions(owner, context, contextRules);
  adviseOnEnvironment(context.logger);
  return openCache(parseUserConfig(owner, userConfig, context.strategies), context);
}

function createFrom(owner: string, options: CacheFactoryOptions): CacheManager {
  const settings = splitOptions(owner, options, contextRules);
  adviseOnEnvironment(options.logger);
  return openCache(parseCacheConfig(owner, settings, options.strategies), options);
}
