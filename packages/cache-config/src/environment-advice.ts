import type { CacheLogger } from '@glovebox/cache-core';
import { toSnakeCase } from './field-names.js';
import { FIELD_NAMES } from './fields.js';

const PREFIX = 'GLOVEBOX_CACHE_';

/** Variables that former versions read, by what follows the prefix, and the setting that replaced each. */
const REPLACED_BY: Readonly<Record<string, string>> = {
  STRATEGY: 'cache_strategy (cacheStrategy)',
  FILE_LOCKING: 'cache_file_locking (cacheFileLocking)',
  ROOT: 'cache_root (cacheRoot)',
  PATH: 'cache_root (cacheRoot)',
  DIR: 'cache_root (cacheRoot)',
  ENABLED: "cache_strategy: 'disabled' (cacheStrategy)",
  DISABLED: "cache_strategy: 'disabled' (cacheStrategy)",
  GLOBAL: "cache_strategy: 'disabled' (cacheStrategy)",
};

let hasAdvised = false;

/**
 * Warns, once a process, of environment variables that former versions read and that are ignored now.
 * @param logger where to; by default a process warning, which Node prints and `process.on('warning')` catches
 */
export function adviseOnEnvironment(
  logger: CacheLogger | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): void {
  if (hasAdvised) return;
  const advice = environmentAdvice(env);
  if (advice === undefined) return;
  hasAdvised = true;
  if (logger === undefined) process.emitWarning(advice, { code: 'GLOVEBOX_CACHE_ENVIRONMENT' });
  else logger.warn(advice);
}

/** What to say of the variables that are set; their values are not part of it. `undefined` if none is. */
export function environmentAdvice(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const found = Object.keys(env)
    .filter((name) => env[name] !== undefined && env[name] !== '')
    .map((name) => ({ name, setting: replacementOf(name.toUpperCase()) }))
    .filter(({ setting }) => setting !== undefined)
    .map(({ name, setting }) => `${name} (now ${setting})`);
  if (found.length === 0) return undefined;
  return (
    `Environment variables do not configure the cache any more; ignored: ${found.join(', ')}. ` +
    'Set these in the configuration file, or pass them to the factory function.'
  );
}

function replacementOf(variable: string): string | undefined {
  if (!variable.startsWith(PREFIX)) return undefined;
  const name = variable.slice(PREFIX.length);
  if (Object.hasOwn(REPLACED_BY, name)) return REPLACED_BY[name];
  const field = FIELD_NAMES.find((candidate) => toSnakeCase(candidate).toUpperCase() === name);
  if (field !== undefined) return `${toSnakeCase(field)} (${field}) in the section 'cache'`;
  return name.endsWith('_DISABLED') ? "cache_strategy: 'disabled' (cacheStrategy) of that cache" : undefined;
}
