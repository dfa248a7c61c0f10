import { homedir } from 'node:os';
import { join } from 'node:path';
import { findField } from './field-names.js';
import { hoursToSeconds, megabytesToBytes } from './same-setting.js';
import { type CacheConfig, type CacheSettings, DEFAULTS } from './settings.js';

/** Fields that were validated in either spelling, in camelCase only. */
export function toSettings(given: object, names: readonly string[]): CacheSettings {
  // What the fields hold was validated by the schema that `names` come from.
  return Object.fromEntries(names.map((name) => [name, findField(given, name)?.value])) as CacheSettings;
}

/** Fills in the defaults, and puts each setting into the one field that it has in a configuration. */
export function resolveSettings(settings: CacheSettings): CacheConfig {
  return {
    cacheStrategy: settings.cacheStrategy ?? DEFAULTS.cacheStrategy,
    cacheRoot: rootOf(settings),
    useFileLocking: lockingOf(settings) ?? DEFAULTS.useFileLocking,
    maxSizeBytes: firstGiven(
      settings.maxSizeBytes,
      scaled(settings.maxSizeMb, megabytesToBytes),
      DEFAULTS.maxSizeBytes,
    ),
    maxEntries: firstGiven(settings.maxEntries, undefined, DEFAULTS.maxEntries),
    defaultTtlSeconds: firstGiven(
      settings.defaultTtlSeconds,
      scaled(settings.defaultTtlHours, hoursToSeconds),
      DEFAULTS.defaultTtlSeconds,
    ),
    evictionPolicy: settings.evictionPolicy ?? DEFAULTS.evictionPolicy,
    cleanupIntervalSeconds:
      settings.cleanupIntervalSeconds === undefined
        ? DEFAULTS.cleanupIntervalSeconds
        : (settings.cleanupIntervalSeconds ?? 0),
    lockTimeoutMs: settings.lockTimeoutMs ?? DEFAULTS.lockTimeoutMs,
    durability: settings.durability ?? DEFAULTS.durability,
    io: settings.io ?? DEFAULTS.io,
    inlineMaxBytes: settings.inlineMaxBytes ?? DEFAULTS.inlineMaxBytes,
    hotBytes: settings.hotBytes ?? DEFAULTS.hotBytes,
    compression: settings.compression ?? DEFAULTS.compression,
  };
}

/** The root by whichever name it was given, the home directory filled in. */
export function rootOf(settings: CacheSettings): string | undefined {
  const root = settings.cacheRoot ?? settings.cachePath;
  return root === undefined ? undefined : expandHome(root);
}

export function lockingOf(settings: CacheSettings): boolean | undefined {
  return settings.useFileLocking ?? settings.cacheFileLocking;
}

/** `~` and `~/…` mean the home directory, as they do in a shell. */
export function expandHome(path: string): string {
  return path === '~' || /^~[/\\]/.test(path) ? join(homedir(), path.slice(1)) : path;
}

/** Unlike `??`, takes `null` for an answer: no limit, or no expiry. */
function firstGiven<T>(first: T | undefined, second: T | undefined, fallback: T): T {
  if (first !== undefined) return first;
  return second !== undefined ? second : fallback;
}

function scaled(value: number | null | undefined, scale: (value: number) => number): number | null | undefined {
  return typeof value === 'number' ? scale(value) : value;
}
