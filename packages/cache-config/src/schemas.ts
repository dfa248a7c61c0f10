import type { Isolation } from '@glovebox/cache-core';
import { z } from 'zod';
import {
  BUILT_IN_STRATEGY_NAMES,
  described,
  inBothSpellings,
  limitShape,
  placeShape,
  settingsShape,
} from './fields.js';
import { resolveSettings, toSettings } from './resolve-settings.js';
import { findConflicts } from './same-setting.js';
import type { CacheConfig } from './settings.js';
import { findLevelConflicts, findMisplaced, toUserConfig, type UserConfig } from './user-config.js';

/** Conflicts are looked for beside other faults, so that one message lists them all. */
const WHEN_OBJECT = { when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null };

/** A strict object whose fields may be spelt in either way; conflicts between them are issues. */
function settingsObject<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(inBothSpellings(shape)).superRefine((given, context) => {
    for (const { field, message } of findConflicts(given, Object.keys(shape))) {
      context.addIssue({ code: 'custom', path: [field], message });
    }
  }, WHEN_OBJECT);
}

/** The schema of a cache's configuration where `strategyNames` are the strategies there are. */
export function cacheConfigSchemaFor(strategyNames: readonly string[]) {
  const shape = settingsShape(strategyNames);
  return settingsObject(shape).transform(
    (given): CacheConfig => resolveSettings(toSettings(given, Object.keys(shape))),
  );
}

/** The schema of a user configuration where `strategyNames` are the strategies there are. */
export function userConfigSchemaFor(strategyNames: readonly string[]) {
  const places = placeShape(strategyNames);
  const section = settingsShape(strategyNames);
  return z
    .looseObject({
      ...inBothSpellings(places),
      cache: described(settingsObject(section), { description: 'Everything else about the cache' }),
    })
    .superRefine((given, context) => {
      const problems = [
        ...findMisplaced(given),
        ...findConflicts(given, Object.keys(places)),
        ...findLevelConflicts(given, given.cache),
      ];
      for (const { field, message } of problems) context.addIssue({ code: 'custom', path: [field], message });
    }, WHEN_OBJECT)
    .transform((given): UserConfig => {
      const top = toSettings(given, Object.keys(places));
      return toUserConfig(top, toSettings(given.cache ?? {}, Object.keys(section)));
    });
}

/** The configuration of one cache, strictly: fields in either spelling in, a complete {@link CacheConfig} out. */
export const cacheConfigSchema = cacheConfigSchemaFor(BUILT_IN_STRATEGY_NAMES);

/** A user's configuration: other top-level fields are the application's, and dropped. A {@link UserConfig} out. */
export const userConfigSchema = userConfigSchemaFor(BUILT_IN_STRATEGY_NAMES);

const memoryShape = {
  ...limitShape,
  isolation: described(z.enum(['clone', 'freeze', 'reference'] satisfies Isolation[]), {
    description: 'How values are kept apart from the objects of callers',
  }),
};

/** The fields of {@link memoryConfigSchema}, in camelCase. */
export const MEMORY_FIELD_NAMES: readonly string[] = Object.keys(memoryShape);

/** What `createMemoryCache` takes: what a configuration says of limits and times, and `isolation`. */
export const memoryConfigSchema = settingsObject(memoryShape).transform((given) => ({
  config: resolveSettings(toSettings(given, Object.keys(limitShape))),
  isolation: given.isolation,
}));
