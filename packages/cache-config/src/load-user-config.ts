import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CacheError, checkOptions, describeValue } from '@glovebox/cache-core';
import { type ConfigDocument, ConfigSyntaxError, readConfigDocument } from './config-document.js';
import { adviseOnEnvironment } from './environment-advice.js';
import { FIELD_NAMES } from './fields.js';
import { parseConfig } from './parse-config.js';
import { configError } from './problems.js';
import { expandHome } from './resolve-settings.js';
import { userConfigSchemaFor } from './schemas.js';
import { type CacheStrategies, strategyNamesOf, strategyRules } from './strategies.js';
import { TOP_LEVEL_NAMES, type UserConfig } from './user-config.js';

const MAX_FILE_BYTES = 1_000_000;

export interface LoadUserConfigOptions {
  /** Strategies of the application's own, which the file may name. @default none */
  strategies?: CacheStrategies | undefined;
  /** Where `XDG_CONFIG_HOME` is looked up. @default process.env */
  env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Reads a user configuration from a YAML file, or from a JSON one if its name ends in `.json`. A relative `cache_root` is
 * relative to the file. Without a path, the default file is read, and if there is none, everything has its default.
 *
 * @param path `~/` is the home directory. @default `$XDG_CONFIG_HOME/glovebox/config.yaml`
 * @throws CacheError `CACHE_INVALID_CONFIG` listing every problem with its line, or saying why the file can't be read
 */
export function loadUserConfig(path?: string | URL, options: LoadUserConfigOptions = {}): UserConfig {
  checkOptions('loadUserConfig', options, {
    ...strategyRules,
    env: (env) => (isObject(env) ? undefined : 'an object'),
  });
  const { strategies, env = process.env } = options;
  adviseOnEnvironment(undefined, env);
  const file = path === undefined ? defaultConfigPath(env) : toFilePath(path);
  const text = readConfigFile(file, path === undefined);
  const document = readDocument(file, text ?? '');
  const strategyNames = strategyNamesOf(strategies);
  const config = parseConfig(userConfigSchemaFor(strategyNames), document.data, {
    owner: file,
    strategyNames,
    names: FIELD_NAMES,
    file: document,
  });
  return config.cacheRoot === undefined ? config : { ...config, cacheRoot: resolve(dirname(file), config.cacheRoot) };
}

/** `$XDG_CONFIG_HOME/glovebox/config.yaml`. As the XDG specification has it, a relative `XDG_CONFIG_HOME` is ignored. */
export function defaultConfigPath(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const configHome = env.XDG_CONFIG_HOME;
  const home = configHome !== undefined && isAbsolute(configHome) ? configHome : join(homedir(), '.config');
  return join(home, 'glovebox', 'config.yaml');
}

function toFilePath(path: unknown): string {
  if (path instanceof URL && path.protocol === 'file:') return fileURLToPath(path);
  if (typeof path === 'string' && path !== '' && !path.includes('\0')) return resolve(expandHome(path));
  const text = `loadUserConfig: path is ${describeValue(path)}; allowed is the path or file: URL of a YAML or JSON file`;
  throw new CacheError('CACHE_INVALID_CONFIG', text);
}

/** The text of a file, `undefined` if it is optional and there is none. */
function readConfigFile(file: string, isOptional: boolean): string | undefined {
  try {
    // Without O_NONBLOCK, opening a named pipe waits for somebody to write to it.
    const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = fstatSync(descriptor);
      if (!stat.isFile()) throw unreadable(file, 'it is not a file');
      if (stat.size > MAX_FILE_BYTES) {
        throw unreadable(file, `it has ${stat.size} bytes; allowed are ${MAX_FILE_BYTES}`);
      }
      return decode(file, readFileSync(descriptor));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error) || error instanceof CacheError) throw error;
    if (isOptional && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw unreadable(file, error.code === 'ENOENT' ? 'there is no such file' : String(error.code), error);
  }
}

function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(file, 'it is not UTF-8 text', error);
  }
}

function readDocument(file: string, text: string): ConfigDocument {
  try {
    const document = readConfigDocument(text, TOP_LEVEL_NAMES);
    // Every JSON text is YAML, but not the other way round.
    if (extname(file).toLowerCase() === '.json') checkJson(text);
    return document;
  } catch (error) {
    if (!(error instanceof ConfigSyntaxError)) throw error;
    const problem = { path: [], text: `the file can't be read: ${error.message}`, line: error.line };
    throw configError(file, [problem]);
  }
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length;
    throw new ConfigSyntaxError('it is not JSON, which has no comments, single quotes or trailing commas', line);
  }
}

function unreadable(file: string, reason: string, cause?: unknown): CacheError {
  return new CacheError('CACHE_INVALID_CONFIG', `${file}: the file can't be read: ${reason}`, { cause });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
