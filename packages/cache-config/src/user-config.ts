import { nearestName } from '@glovebox/cache-core';
import { findField, quoteName, toCamelCase, toSnakeCase } from './field-names.js';
import { lockingOf, resolveSettings, rootOf } from './resolve-settings.js';
import type { Conflict } from './same-setting.js';
import type { CacheConfig, CacheSettings } from './settings.js';

/** A user's configuration as one writes it; other top-level fields are the application's own. */
export interface UserSettings
  extends Pick<CacheSettings, 'cacheStrategy' | 'cacheRoot' | 'cachePath' | 'useFileLocking' | 'cacheFileLocking'> {
  /** Everything about the cache, those fields included. */
  cache?: CacheSettings | undefined;
}

/** A user's configuration, complete: each setting is in one place, so that spreading it and replacing one is safe. */
export interface UserConfig {
  readonly cacheStrategy: string;
  readonly cacheFileLocking: boolean;
  readonly cacheRoot: string | undefined;
  readonly cache: Omit<CacheConfig, 'cacheStrategy' | 'useFileLocking' | 'cacheRoot'>;
}

/** The top-level fields that are the cache's. */
export const TOP_LEVEL_NAMES = [
  'cacheStrategy',
  'cacheFileLocking',
  'useFileLocking',
  'cacheRoot',
  'cachePath',
  'cache',
];

/** Names that say by themselves that a cache is meant; `io` or `durability` may well be the application's. */
const SECTION_ONLY = [
  'maxSizeMb',
  'maxSizeBytes',
  'maxEntries',
  'defaultTtlHours',
  'defaultTtlSeconds',
  'evictionPolicy',
  'cleanupIntervalSeconds',
  'lockTimeoutMs',
  'inlineMaxBytes',
  'hotBytes',
  'compression',
];

/** Top-level fields that would be ignored, and were hardly meant to be: misspelt ones, and those of the `cache` section. */
export function findMisplaced(given: object): Conflict[] {
  const problems: Conflict[] = [];
  for (const field of Object.keys(given)) {
    const name = toCamelCase(field);
    if (TOP_LEVEL_NAMES.includes(name) && (field === name || field === toSnakeCase(name))) continue;
    if (SECTION_ONLY.includes(name)) {
      problems.push({ field, message: `${field} has no meaning here; allowed is ${field} in the section 'cache'` });
      continue;
    }
    const nearest = nearestName(field, field.includes('_') ? TOP_LEVEL_NAMES.map(toSnakeCase) : TOP_LEVEL_NAMES);
    if (nearest !== undefined) {
      problems.push({ field, message: `there is no field ${quoteName(field)}; did you mean '${nearest}'?` });
    }
  }
  return problems;
}

/** Fields that may stand on both levels, by setting. */
const ON_BOTH_LEVELS = [['cacheStrategy'], ['useFileLocking', 'cacheFileLocking'], ['cacheRoot', 'cachePath']];

/** Settings that the top level and the section `cache` give different values. */
export function findLevelConflicts(top: object, section: unknown): Conflict[] {
  const problems: Conflict[] = [];
  if (typeof section !== 'object' || section === null) return problems;
  for (const names of ON_BOTH_LEVELS) {
    const above = firstField(top, names);
    const below = firstField(section, names);
    if (above === undefined || below === undefined || above.value === below.value) continue;
    problems.push({
      field: above.spelling,
      message: `${above.spelling} and cache.${below.spelling} are both given and differ; allowed is one of them`,
    });
  }
  return problems;
}

function firstField(given: object, names: readonly string[]): { spelling: string; value: unknown } | undefined {
  for (const name of names) {
    const found = findField(given, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What the top level says, then the section, then the defaults. */
export function toUserConfig(top: CacheSettings, section: CacheSettings): UserConfig {
  const { cacheStrategy, useFileLocking, cacheRoot, ...cache } = resolveSettings(section);
  return {
    cacheStrategy: top.cacheStrategy ?? cacheStrategy,
    cacheFileLocking: lockingOf(top) ?? useFileLocking,
    cacheRoot: rootOf(top) ?? cacheRoot,
    cache,
  };
}

/** The configuration of the cache that a user's configuration asks for. */
export function cacheConfigOf({ cacheStrategy, cacheFileLocking, cacheRoot, cache }: UserConfig): CacheConfig {
  return { ...cache, cacheStrategy, cacheRoot, useFileLocking: cacheFileLocking };
}
