import {
  createCacheFromUserConfig,
  createDefaultCache,
  createFilesystemCache,
  createMemoryCache,
  getSharedCache,
} from '@glovebox/cache-config';
import { describe, expect, it } from 'vitest';
import { configErrorOf } from './support/config-error.js';

/** What callers without types may pass. */
type Loose = (...args: unknown[]) => unknown;
const factories: Record<string, Loose> = {
  createDefaultCache: createDefaultCache as Loose,
  createFilesystemCache: createFilesystemCache as Loose,
  createMemoryCache: createMemoryCache as Loose,
  createCacheFromUserConfig: createCacheFromUserConfig as Loose,
  getSharedCache: getSharedCache as Loose,
};

interface Row {
  given: unknown;
  field: string;
  found: string;
  allowed: string;
}

const settings: Row[] = [
  { given: { cacheStrategy: 'shard' }, field: 'cacheStrategy', found: '"shard"', allowed: "did you mean 'shared'?" },
  { given: { cacheStrategy: 'redis' }, field: 'cacheStrategy', found: '"redis"', allowed: "'process_isolated'" },
  { given: { cacheStrategy: '' }, field: 'cacheStrategy', found: '""', allowed: "'disabled'" },
  { given: { cache_strategy: null }, field: 'cache_strategy', found: 'null', allowed: 'no longer read' },
  { given: { cacheFileLocking: null }, field: 'cacheFileLocking', found: 'null', allowed: 'no longer read' },
  { given: { useFileLocking: 'false' }, field: 'useFileLocking', found: '"false"', allowed: 'true or false' },
  { given: { cacheFileLocking: 0 }, field: 'cacheFileLocking', found: '0', allowed: 'true or false' },
  { given: { cacheRoot: '' }, field: 'cacheRoot', found: '""', allowed: 'a path' },
  { given: { cacheRoot: '  ' }, field: 'cacheRoot', found: '"  "', allowed: 'a path' },
  { given: { cacheRoot: 'a\0b' }, field: 'cacheRoot', found: '"a\\u0000b"', allowed: 'a path' },
  { given: { cache_root: '$HOME/x' }, field: 'cache_root', found: '"$HOME/x"', allowed: 'not replaced' },
  { given: { cachePath: '~other/x' }, field: 'cachePath', found: '"~other/x"', allowed: 'a path' },
  { given: { cacheRoot: 7 }, field: 'cacheRoot', found: '7', allowed: 'a path' },
  { given: { maxSizeMb: 0 }, field: 'maxSizeMb', found: '0', allowed: 'a number above 0' },
  { given: { maxSizeMb: -1 }, field: 'maxSizeMb', found: '-1', allowed: 'a number above 0' },
  { given: { maxSizeMb: 1e-9 }, field: 'maxSizeMb', found: '1e-9', allowed: 'a number above 0' },
  { given: { maxSizeMb: 1e300 }, field: 'maxSizeMb', found: '1e+300', allowed: 'null for no limit' },
  { given: { maxSizeMb: Number.NaN }, field: 'maxSizeMb', found: 'NaN', allowed: 'null for no limit' },
  { given: { max_size_bytes: 1.5 }, field: 'max_size_bytes', found: '1.5', allowed: 'a whole number above 0' },
  { given: { max_size_bytes: '5' }, field: 'max_size_bytes', found: '"5"', allowed: 'a whole number above 0' },
  { given: { maxEntries: 0 }, field: 'maxEntries', found: '0', allowed: 'a whole number above 0' },
  { given: { maxEntries: 10n }, field: 'maxEntries', found: 'bigint', allowed: 'a whole number above 0' },
  { given: { maxEntries: Infinity }, field: 'maxEntries', found: 'Infinity', allowed: 'null for no limit' },
  { given: { maxEntries: [5] }, field: 'maxEntries', found: 'an array', allowed: 'a whole number above 0' },
  { given: { defaultTtlHours: 0 }, field: 'defaultTtlHours', found: '0', allowed: 'hours' },
  { given: { defaultTtlHours: 1e9 }, field: 'defaultTtlHours', found: '1000000000', allowed: 'a thousand years' },
  { given: { defaultTtlSeconds: -5 }, field: 'defaultTtlSeconds', found: '-5', allowed: 'seconds' },
  { given: { default_ttl_seconds: '1h' }, field: 'default_ttl_seconds', found: '"1h"', allowed: 'seconds' },
  { given: { evictionPolicy: 'LRU' }, field: 'evictionPolicy', found: '"LRU"', allowed: "'lru', 'lfu'" },
  { given: { cleanupIntervalSeconds: -1 }, field: 'cleanupIntervalSeconds', found: '-1', allowed: 'to a year' },
  { given: { maxEntires: 5 }, field: "maxEntires'", found: 'no field', allowed: "maxEntries'?" },
  { given: { max_entires: 5 }, field: "max_entires'", found: 'no field', allowed: "max_entries'?" },
  { given: { colour: 'red' }, field: "colour'", found: 'no field', allowed: 'maxEntries' },
  { given: { enable_statistics: true }, field: "enable_statistics'", found: 'no field', allowed: 'leave it out' },
  { given: { defaultTtl: '1h' }, field: "defaultTtl'", found: 'no field', allowed: 'defaultTtlHours' },
  { given: { maxEntries: 5, max_entries: 5 }, field: 'max_entries', found: 'maxEntries', allowed: 'one spelling' },
  { given: { maxSizeMb: 1, maxSizeBytes: 2 }, field: 'maxSizeMb', found: 'maxSizeBytes', allowed: '1,048,576' },
  { given: { max_size_mb: 1, maxSizeBytes: null }, field: 'max_size_mb', found: 'maxSizeBytes', allowed: 'one of' },
  { given: { defaultTtlHours: 1, default_ttl_seconds: 60 }, field: 'Hours', found: 'seconds', allowed: '3,600' },
  { given: { cacheRoot: '/a', cache_path: '/b' }, field: 'cache_path', found: 'cacheRoot', allowed: 'one path' },
  { given: { useFileLocking: true, cacheFileLocking: false }, field: 'cacheF', found: 'useF', allowed: 'alike' },
  { given: { lockTimeoutMs: 0 }, field: 'lockTimeoutMs', found: '0', allowed: 'whole milliseconds above 0' },
  { given: { lock_timeout_ms: 1e12 }, field: 'lock_timeout_ms', found: '1000000000000', allowed: 'a day' },
  { given: { durability: 'none' }, field: 'durability', found: '"none"', allowed: "'process', 'power'" },
  { given: { io: null }, field: 'io', found: 'null', allowed: "'sync', 'async'" },
  { given: { inlineMaxBytes: -1 }, field: 'inlineMaxBytes', found: '-1', allowed: 'a whole number above 0' },
  { given: { compression: 'zip' }, field: 'compression', found: '"zip"', allowed: "'zstd', 'brotli', 'gzip'" },
  { given: { hotBytes: 0.5 }, field: 'hotBytes', found: '0.5', allowed: '0 for none' },
];

const notObjects: [unknown, string][] = [
  [null, 'null'],
  ['shared', '"shared"'],
  [['shared'], 'an array'],
  [7, '7'],
];

/** Fields that a cache in memory has. */
const inMemory = /^(max|default|evict|cleanup|enable|colour)/;

function expectNamed(error: Error, owner: string, { field, found, allowed }: Omit<Row, 'given'>): void {
  expect(error.message.startsWith(`${owner}: `)).toBe(true);
  expect(error.message).toContain(field);
  expect(error.message).toContain(found);
  expect(error.message).toContain(allowed);
  expect(error.message).not.toContain('\n');
}

describe.each(['createDefaultCache', 'createFilesystemCache', 'getSharedCache'])('%s refuses', (name) => {
  it.each(settings)('$given, naming the field, what was found and what is allowed', (row) => {
    expectNamed(
      configErrorOf(() => factories[name]?.(row.given)),
      name,
      row,
    );
  });
});

describe('createMemoryCache refuses', () => {
  it.each(settings.filter(({ given }) => inMemory.test(Object.keys(given ?? {}).join())))('$given', (row) => {
    expectNamed(
      configErrorOf(() => factories.createMemoryCache?.(row.given)),
      'createMemoryCache',
      row,
    );
  });

  it.each([
    { given: { cacheRoot: '/a' }, field: "'cacheRoot'", found: 'no field', allowed: 'maxEntries' },
    { given: { isolation: 'copy' }, field: 'isolation', found: '"copy"', allowed: "'clone', 'freeze', 'reference'" },
    { given: { isolatoin: 'clone' }, field: "'isolatoin'", found: 'no field', allowed: "'isolation'" },
  ])('$given', (row) => {
    expectNamed(
      configErrorOf(() => factories.createMemoryCache?.(row.given)),
      'createMemoryCache',
      row,
    );
  });
});

describe('createCacheFromUserConfig refuses', () => {
  it.each(settings)("$given in the section 'cache', and says where", (row) => {
    const error = configErrorOf(() => factories.createCacheFromUserConfig?.({ cache: row.given }));
    expectNamed(error, 'createCacheFromUserConfig', row);
    expect(error.message).toContain('cache.');
  });

  it.each([
    { given: { cache_stratgy: 'shared' }, field: "'cache_stratgy'", found: 'no field', allowed: "'cache_strategy'" },
    { given: { cacheFileLoking: true }, field: "'cacheFileLoking'", found: 'no field', allowed: "'cacheFileLocking'" },
    { given: { 'cache-root': '/a' }, field: "'cache-root'", found: 'no field', allowed: "'cacheRoot'" },
    { given: { Cache: {} }, field: "'Cache'", found: 'no field', allowed: "'cache'" },
    { given: { max_entries: 5 }, field: 'max_entries', found: 'no meaning here', allowed: "section 'cache'" },
    { given: { cache: [] }, field: 'cache', found: 'an array', allowed: 'an object of settings' },
    { given: { cache: null }, field: 'cache', found: 'null', allowed: 'an object of settings' },
    { given: { cache_path: 5 }, field: 'cache_path', found: '5', allowed: 'a path' },
    {
      given: { cache_strategy: 'shared', cache: { cacheStrategy: 'disabled' } },
      field: 'cache_strategy',
      found: 'cache.cacheStrategy',
      allowed: 'one of them',
    },
    {
      given: { cache_file_locking: true, cache: { use_file_locking: false } },
      field: 'cache_file_locking',
      found: 'cache.use_file_locking',
      allowed: 'one of them',
    },
  ])('$given', (row) => {
    const error = configErrorOf(() => factories.createCacheFromUserConfig?.(row.given));
    expectNamed(error, 'createCacheFromUserConfig', row);
  });
});

describe.each(Object.keys(factories))('%s refuses what is no object', (name) => {
  it.each(notObjects)('%j', (given, found) => {
    const { message } = configErrorOf(() => factories[name]?.(given));
    expect(message).toContain(name);
    expect(message).toContain(found);
    expect(message).toContain('allowed is an object');
  });
});

describe('options that are no settings', () => {
  const rows: [Record<string, unknown>, string][] = [
    [{ namespace: '' }, 'namespace is ""; allowed is text'],
    [{ namespace: null }, 'namespace is null; allowed is text'],
    [{ clock: {} }, 'clock is of type object; allowed is an object with now() and repeat()'],
    [{ logger: 'console' }, 'logger is "console"; allowed is an object with warn() and error()'],
    [{ strategies: [] }, 'strategies is an array; allowed is an object of strategies by name'],
    [{ strategies: { redis: {} } }, "'redis' is none"],
    [{ strategies: { shared: { create() {} } } }, "names other than 'shared'"],
  ];
  it.each(rows)('%j is refused wherever it can be given', (options, expected) => {
    expect(configErrorOf(() => factories.createDefaultCache?.(options)).message).toContain(expected);
    expect(configErrorOf(() => factories.createFilesystemCache?.(options)).message).toContain(expected);
    expect(configErrorOf(() => factories.createCacheFromUserConfig?.({}, options)).message).toContain(expected);
    expect(configErrorOf(() => factories.getSharedCache?.({}, options)).message).toContain(expected);
  });

  it('settings among them are refused: they belong into the first argument', () => {
    const { message } = configErrorOf(() => factories.createCacheFromUserConfig?.({}, { maxEntries: 5 }));
    expect(message).toContain('"maxEntries"');
  });
});

describe('several faults', () => {
  it('are all listed, each once', () => {
    const options = {
      cacheStrategy: null,
      maxEntries: -1,
      maxSizeMb: 'x',
      evictionPolcy: 'lru',
      io: 'sync',
      durability: 1,
    };
    const { message } = configErrorOf(() => factories.createFilesystemCache?.(options));
    const lines = message.split('\n');
    expect(lines[0]).toBe('createFilesystemCache: 5 problems');
    expect(lines).toHaveLength(6);
    for (const field of ['cacheStrategy', 'maxEntries', 'maxSizeMb', 'evictionPolcy', 'durability']) {
      expect(lines.filter((line) => line.includes(field))).toHaveLength(1);
    }
  });

  it('are listed beside conflicts, of both levels of a user configuration', () => {
    const config = {
      cache_stratgy: 'x',
      cache_root: '/a',
      cachePath: '/b',
      cache: { maxEntries: 1, max_entries: 1, io: 1 },
    };
    const { message } = configErrorOf(() => factories.createCacheFromUserConfig?.(config));
    expect(message).toContain('4 problems');
  });
});

it('the types refuse misspelt fields and wrong units too', () => {
  // @ts-expect-error: there is no such field
  configErrorOf(() => createDefaultCache({ maxEntires: 5 }));
  // @ts-expect-error: seconds are a number
  configErrorOf(() => createFilesystemCache({ default_ttl_seconds: '1h' }));
  // @ts-expect-error: there is no such policy
  configErrorOf(() => createMemoryCache({ evictionPolicy: 'newest' }));
  // @ts-expect-error: the old fallback
  configErrorOf(() => createCacheFromUserConfig({ cache_strategy: null }));
});

describe('messages', () => {
  it('show no more of a value than its beginning', () => {
    const { message } = configErrorOf(() => createDefaultCache({ cacheStrategy: `s3cret${'x'.repeat(5_000)}` }));
    expect(message.length).toBeLessThan(300);
  });

  it('show no values of other fields', () => {
    const config = { cache_stratgy: 'shared', password: 'hunter2', cache: { cacheRoot: '/hunter3' } };
    const { message } = configErrorOf(() => createCacheFromUserConfig(config));
    expect(message).not.toContain('hunter');
  });
});
