import { resolve } from 'node:path';
import { checkOptions, describeValue, type OptionRules, optionRules } from '@glovebox/cache-core';
import type { EitherSpelling } from './field-names.js';
import { FIELD_NAMES } from './fields.js';
import { parseConfig } from './parse-config.js';
import { configError } from './problems.js';
import { cacheConfigSchemaFor, userConfigSchemaFor } from './schemas.js';
import type { CacheConfig, CacheSettings } from './settings.js';
import { type CacheStrategies, type StrategyContext, strategyNamesOf, strategyRules } from './strategies.js';
import { cacheConfigOf, type UserConfig, type UserSettings } from './user-config.js';

/** What a program passes and a file can't hold. */
export interface CacheContext extends StrategyContext {
  /** Strategies of the application's own, by name. @default none */
  readonly strategies?: CacheStrategies | undefined;
}

/** A user's configuration, complete or as it was written; other top-level fields are the application's and ignored. */
export type UserConfigInput = UserConfig | UserFields | (UserFields & { readonly [field: string]: unknown });

/** An interface or a class matches this one, which the index signature above would refuse. */
type UserFields = EitherSpelling<Omit<UserSettings, 'cache'>> & {
  readonly cache?: EitherSpelling<CacheSettings> | undefined;
};

export const clockAndLoggerRules = { clock: optionRules.clock, logger: optionRules.logger } satisfies OptionRules;

export const contextRules = {
  ...clockAndLoggerRules,
  ...strategyRules,
  namespace: optionRules.text,
  // Looked at by encrypt(), whose messages show no key.
  encryptionKeys: () => undefined,
} satisfies OptionRules;

/**
 * Checks those options of a factory that are no settings, and gives the settings, unchecked.
 * @param rules of the options that are no settings
 * @throws CacheError `CACHE_INVALID_CONFIG`
 */
export function splitOptions(owner: string, options: object, rules: OptionRules): Record<string, unknown> {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const text = `the options are ${describeValue(options)}; allowed is an object, or nothing for the defaults`;
    throw configError(owner, [{ path: [], text }]);
  }
  const entries = Object.entries(options);
  checkOptions(owner, Object.fromEntries(entries.filter(([name]) => Object.hasOwn(rules, name))), rules);
  return Object.fromEntries(entries.filter(([name]) => !Object.hasOwn(rules, name)));
}

/** @throws CacheError `CACHE_INVALID_CONFIG` */
export function parseCacheConfig(
  owner: string,
  settings: unknown,
  strategies: CacheStrategies | undefined,
): CacheConfig {
  const strategyNames = strategyNamesOf(strategies);
  const names = [...FIELD_NAMES, ...Object.keys(contextRules)];
  return withAbsoluteRoot(parseConfig(cacheConfigSchemaFor(strategyNames), settings, { owner, strategyNames, names }));
}

/** @throws CacheError `CACHE_INVALID_CONFIG` */
export function parseUserConfig(owner: string, config: unknown, strategies: CacheStrategies | undefined): CacheConfig {
  const strategyNames = strategyNamesOf(strategies);
  const context = { owner, strategyNames, names: FIELD_NAMES };
  return withAbsoluteRoot(cacheConfigOf(parseConfig(userConfigSchemaFor(strategyNames), config, context)));
}

/** A later `process.chdir` must not move a cache. */
function withAbsoluteRoot(config: CacheConfig): CacheConfig {
  return config.cacheRoot === undefined ? config : { ...config, cacheRoot: resolve(config.cacheRoot) };
}
