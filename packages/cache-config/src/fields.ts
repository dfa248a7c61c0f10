import { EVICTION_POLICIES, MAX_TTL_SECONDS } from '@glovebox/cache-core';
import { COMPRESSION_ALGORITHMS } from '@glovebox/cache-core/codecs';
import { z } from 'zod';
import { type EitherSpelling, toCamelCase, toSnakeCase } from './field-names.js';
import { type CacheSettings, DEFAULTS, HOUR_SECONDS, MEGABYTE_BYTES } from './settings.js';

export type FieldName = keyof CacheSettings;

export const BUILT_IN_STRATEGY_NAMES = ['shared', 'process_isolated', 'disabled'] as const;

const MAX_INTERVAL_SECONDS = 365 * 86_400;
const MAX_LOCK_TIMEOUT_MS = 86_400_000;
const BOOLEAN = 'true or false';
const PATH = "a path ('~/' is the home directory; variables such as $HOME are not replaced)";

/** What a message says is allowed, for each field; that of `cacheStrategy` depends on the strategies there are. */
const ALLOWED: Readonly<Record<Exclude<FieldName, 'cacheStrategy'> | 'isolation' | 'cache', string>> = {
  cacheRoot: PATH,
  cachePath: PATH,
  useFileLocking: BOOLEAN,
  cacheFileLocking: BOOLEAN,
  maxSizeMb: 'a number above 0 (megabytes), or null for no limit',
  maxSizeBytes: 'a whole number above 0 (bytes), or null for no limit',
  maxEntries: 'a whole number above 0, or null for no limit',
  defaultTtlHours: 'a number above 0 (hours, a thousand years at most), or null for entries that never expire',
  defaultTtlSeconds: 'a number above 0 (seconds, a thousand years at most), or null for entries that never expire',
  evictionPolicy: quoted(EVICTION_POLICIES),
  cleanupIntervalSeconds: 'seconds from 0 (never) to a year, or null for never',
  lockTimeoutMs: 'whole milliseconds above 0, a day at most',
  durability: quoted(['process', 'power']),
  io: quoted(['sync', 'async']),
  inlineMaxBytes: 'a whole number above 0 (bytes)',
  hotBytes: 'a whole number (bytes), 0 for none',
  compression: `true, false, or ${quoted(COMPRESSION_ALGORITHMS)}`,
  isolation: quoted(['clone', 'freeze', 'reference']),
  cache: 'an object of settings',
};

/** What a message says is allowed in a field, in either spelling. */
export function allowedFor(field: string, strategyNames: readonly string[]): string {
  const name = toCamelCase(field);
  if (name === 'cacheStrategy') return quoted(strategyNames);
  return Object.entries(ALLOWED).find(([known]) => known === name)?.[1] ?? 'another value';
}

function quoted(names: readonly string[]): string {
  return `one of ${names.map((name) => `'${name}'`).join(', ')}`;
}

/** Fields of a limit or of time, which every backend has. */
export const limitShape = {
  maxSizeMb: described(
    z
      .number()
      .min(1 / MEGABYTE_BYTES)
      .max(Number.MAX_SAFE_INTEGER / MEGABYTE_BYTES)
      .nullable(),
    {
      description: 'Most megabytes (of 1,048,576 bytes) held; null for no limit',
      default: (DEFAULTS.maxSizeBytes ?? 0) / MEGABYTE_BYTES,
    },
  ),
  maxSizeBytes: described(z.int().positive().nullable(), {
    description: 'Most bytes held, instead of maxSizeMb; null for no limit',
  }),
  maxEntries: described(z.int().positive().nullable(), {
    description: 'Most entries held; null for no limit',
    default: DEFAULTS.maxEntries,
  }),
  defaultTtlHours: described(
    z
      .number()
      .positive()
      .max(MAX_TTL_SECONDS / HOUR_SECONDS)
      .nullable(),
    {
      description: 'Hours that an entry lives unless its set says otherwise; null for ever',
      default: (DEFAULTS.defaultTtlSeconds ?? 0) / HOUR_SECONDS,
    },
  ),
  defaultTtlSeconds: described(z.number().positive().max(MAX_TTL_SECONDS).nullable(), {
    description: 'Seconds that an entry lives, instead of defaultTtlHours; null for ever',
  }),
  evictionPolicy: described(z.enum(EVICTION_POLICIES), {
    description: 'What goes when a limit is reached',
    default: DEFAULTS.evictionPolicy,
  }),
  cleanupIntervalSeconds: described(z.number().min(0).max(MAX_INTERVAL_SECONDS).nullable(), {
    description: 'Seconds between automatic cleanups; 0 or null for none',
    default: DEFAULTS.cleanupIntervalSeconds,
  }),
};

/** Every field of {@link CacheSettings}. @param strategyNames what `cacheStrategy` may be */
export function settingsShape(strategyNames: readonly string[]) {
  return {
    ...placeShape(strategyNames),
    ...limitShape,
    lockTimeoutMs: described(z.int().positive().max(MAX_LOCK_TIMEOUT_MS), {
      description: 'Milliseconds to wait for a lock',
      default: DEFAULTS.lockTimeoutMs,
    }),
    durability: described(z.enum(['process', 'power']), {
      description: 'What an entry survives: a killed process, or a power cut too',
      default: DEFAULTS.durability,
    }),
    io: described(z.enum(['sync', 'async']), {
      description: 'How small entries are read and written: at once, or through the thread pool',
      default: DEFAULTS.io,
    }),
    inlineMaxBytes: described(z.int().positive(), {
      description: 'Larger values get a file of their own beside their entry',
      default: DEFAULTS.inlineMaxBytes,
    }),
    hotBytes: described(z.int().nonnegative(), {
      description: 'Memory for entries that are read again and again; 0 for none',
      default: DEFAULTS.hotBytes,
    }),
    compression: described(z.union([z.boolean(), z.enum(COMPRESSION_ALGORITHMS)]), {
      description: 'Stores large values compressed: true for the best that this Node has',
      default: DEFAULTS.compression,
    }),
  } satisfies { [K in FieldName]: z.ZodType<CacheSettings[K]> };
}

/** The fields that say where a cache is, which a user configuration has at its top level too. */
export function placeShape(strategyNames: readonly string[]) {
  const path = z.string().refine(isPath, { error: PATH });
  return {
    cacheStrategy: described(z.enum(strategyNames), {
      description: 'Where entries are kept',
      default: DEFAULTS.cacheStrategy,
    }),
    cacheRoot: described(path, { description: 'Directory of the cache; ~/ is the home directory' }),
    cachePath: described(path, { description: 'Another name of cacheRoot' }),
    useFileLocking: described(z.boolean(), {
      description: 'Locks between processes',
      default: DEFAULTS.useFileLocking,
    }),
    cacheFileLocking: described(z.boolean(), {
      description: 'Another name of useFileLocking',
      default: DEFAULTS.useFileLocking,
    }),
  };
}

export type LimitFieldName = keyof typeof limitShape;

/** Every field of {@link CacheSettings}, in camelCase. */
export const FIELD_NAMES: readonly string[] = Object.keys(settingsShape(BUILT_IN_STRATEGY_NAMES));

/** An optional field. The default is told to readers of the JSON Schema, and filled in later: once, for both spellings. */
export function described<T extends z.ZodType>(schema: T, meta: { description: string; default?: unknown }) {
  return schema.optional().meta(meta);
}

/** A shape that takes each field in snake_case as well. */
export function inBothSpellings<S extends z.ZodRawShape>(shape: S): EitherSpelling<S> {
  const twins = Object.entries(shape).map(([name, schema]) => [toSnakeCase(name), schema] as const);
  // The entries are the mapped type's, which Object.fromEntries can't know.
  return { ...Object.fromEntries(twins), ...shape } as EitherSpelling<S>;
}

/** Unlike a shell, nothing here replaces `$HOME` or `~user`: a directory of that name is never what is meant. */
function isPath(text: string): boolean {
  return text.trim() !== '' && !text.includes('\0') && !text.startsWith('$') && !/^~[^/\\]/.test(text);
}
