import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  cacheConfigJsonSchema,
  cacheConfigSchema,
  userConfigJsonSchema,
  userConfigSchema,
} from '@glovebox/cache-config';
import { describe, expect, it } from 'vitest';

const defaults = {
  cacheStrategy: 'shared',
  cacheRoot: undefined,
  useFileLocking: true,
  maxSizeBytes: 500 * 1024 * 1024,
  maxEntries: 10_000,
  defaultTtlSeconds: 86_400,
  evictionPolicy: 'lru',
  cleanupIntervalSeconds: 300,
  lockTimeoutMs: 5_000,
  durability: 'process',
  io: 'sync',
  inlineMaxBytes: 65_536,
  hotBytes: 16 * 1024 * 1024,
  compression: false,
};

describe('cacheConfigSchema', () => {
  it('fills in 500 MB, 10,000 entries, 24 hours, LRU, and a cleanup every 300 seconds', () => {
    expect(cacheConfigSchema.parse({})).toEqual(defaults);
  });

  it('counts fields that are undefined as left out', () => {
    expect(cacheConfigSchema.parse({ maxEntries: undefined, max_size_mb: undefined })).toEqual(defaults);
  });

  it('takes every field in either spelling', () => {
    const camel = { cacheStrategy: 'disabled', useFileLocking: false, maxSizeMb: 2, maxEntries: 3, defaultTtlHours: 4 };
    const snake = {
      cache_strategy: 'disabled',
      use_file_locking: false,
      max_size_mb: 2,
      max_entries: 3,
      default_ttl_hours: 4,
    };
    expect(cacheConfigSchema.parse(snake)).toEqual(cacheConfigSchema.parse(camel));
    expect(cacheConfigSchema.parse({ maxEntries: 3, cache_strategy: 'disabled' })).toMatchObject({
      maxEntries: 3,
      cacheStrategy: 'disabled',
    });
  });

  it.each([
    [{ maxSizeMb: 2 }, { maxSizeBytes: 2_097_152 }],
    [{ maxSizeMb: 0.0000015 }, { maxSizeBytes: 1 }],
    [{ maxSizeMb: 2, maxSizeBytes: 2_097_152 }, { maxSizeBytes: 2_097_152 }],
    [{ maxSizeBytes: 5 }, { maxSizeBytes: 5 }],
    [{ maxSizeMb: null }, { maxSizeBytes: null }],
    [{ maxSizeMb: null, max_size_bytes: null }, { maxSizeBytes: null }],
    [{ maxEntries: null }, { maxEntries: null }],
    [{ defaultTtlHours: 0.5 }, { defaultTtlSeconds: 1_800 }],
    [{ defaultTtlHours: 1.1 }, { defaultTtlSeconds: 3_960 }],
    [{ defaultTtlHours: 1e-9 }, { defaultTtlSeconds: 0.001 }],
    [{ defaultTtlHours: 1.1, defaultTtlSeconds: 3_960 }, { defaultTtlSeconds: 3_960 }],
    [{ defaultTtlSeconds: null }, { defaultTtlSeconds: null }],
    [{ cleanupIntervalSeconds: 0 }, { cleanupIntervalSeconds: 0 }],
    [{ cleanupIntervalSeconds: null }, { cleanupIntervalSeconds: 0 }],
    [{ cacheFileLocking: false }, { useFileLocking: false }],
    [{ cachePath: '/a', cache_root: '/a' }, { cacheRoot: '/a' }],
    [{ cacheRoot: '~/a' }, { cacheRoot: join(homedir(), 'a') }],
    [{ cacheRoot: '~' }, { cacheRoot: homedir() }],
    [{ cacheRoot: './~a/$b' }, { cacheRoot: './~a/$b' }],
  ])('reads %j as %j', (given, expected) => {
    expect(cacheConfigSchema.parse(given)).toMatchObject(expected);
  });

  it('takes its own result', () => {
    const config = cacheConfigSchema.parse({ maxSizeMb: 3, defaultTtlHours: null, cacheRoot: '/a', io: 'async' });
    expect(cacheConfigSchema.parse(config)).toEqual(config);
  });
});

describe('userConfigSchema', () => {
  it('has the same defaults, each setting in one place', () => {
    const { cacheStrategy, useFileLocking, cacheRoot, ...cache } = defaults;
    expect(userConfigSchema.parse({})).toEqual({ cacheStrategy, cacheFileLocking: useFileLocking, cacheRoot, cache });
  });

  it('takes settings from the top level and from the section', () => {
    const config = userConfigSchema.parse({
      profile: 'glove80/v25.05',
      cache_file_locking: false,
      cache: { cache_strategy: 'disabled', cache_path: '/a', max_entries: 5, evictionPolicy: 'lfu' },
    });
    expect(config).toMatchObject({ cacheStrategy: 'disabled', cacheFileLocking: false, cacheRoot: '/a' });
    expect(config.cache).toMatchObject({ maxEntries: 5, evictionPolicy: 'lfu', maxSizeBytes: defaults.maxSizeBytes });
  });

  it('takes the same setting on both levels if it is the same value', () => {
    const config = {
      cache_strategy: 'disabled',
      cache_root: '/a',
      cache: { cacheStrategy: 'disabled', cachePath: '/a' },
    };
    expect(userConfigSchema.parse(config)).toMatchObject({ cacheStrategy: 'disabled', cacheRoot: '/a' });
  });

  it('leaves out fields of the application, whatever they are called', () => {
    const given = JSON.parse(
      '{"profile":"x","io":{"a":1},"ui":[1],"constructor":1,"__proto__":{"cacheStrategy":"disabled"}}',
    );
    const config = userConfigSchema.parse(given);
    expect(Object.keys(config)).toEqual(['cacheStrategy', 'cacheFileLocking', 'cacheRoot', 'cache']);
    expect(config.cacheStrategy).toBe('shared');
    expect(Object.getPrototypeOf(config)).toBe(Object.prototype);
  });

  it('takes its own result, also with one setting replaced', () => {
    const config = userConfigSchema.parse({ cache_root: '/a', cache: { max_size_mb: 3 } });
    expect(userConfigSchema.parse(config)).toEqual(config);
    expect(userConfigSchema.parse({ ...config, cacheStrategy: 'disabled' }).cacheStrategy).toBe('disabled');
  });

  it('rejects with issues of its own for those who use it directly', () => {
    expect(userConfigSchema.safeParse({ cache_strategy: 'shard' }).success).toBe(false);
    expect(userConfigSchema.safeParse({ cache_stratgy: 'shared' }).success).toBe(false);
    expect(userConfigSchema.safeParse({ cache: { max_entries: 5, maxEntries: 5 } }).success).toBe(false);
  });
});

describe('JSON Schema', () => {
  it('has each field in both spellings, with its type, default and description', () => {
    const { properties, additionalProperties } = cacheConfigJsonSchema();
    expect(additionalProperties).toBe(false);
    const entries = { default: 10_000, anyOf: [{ type: 'integer', exclusiveMinimum: 0 }, { type: 'null' }] };
    expect(properties?.maxEntries).toMatchObject(entries);
    expect(properties?.max_entries).toMatchObject(entries);
    expect(properties?.max_size_mb).toMatchObject({ default: 500, description: expect.stringContaining('1,048,576') });
    expect(properties?.default_ttl_hours).toMatchObject({ default: 24 });
    expect(properties?.cache_strategy).toMatchObject({ enum: ['shared', 'process_isolated', 'disabled'] });
  });

  it('of a user configuration allows other fields at the top level only, and requires none', () => {
    const schema = userConfigJsonSchema();
    expect(schema.additionalProperties).not.toBe(false);
    expect(schema.required).toBeUndefined();
    expect(schema.properties?.cache).toMatchObject({ type: 'object', additionalProperties: false });
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });

  it('tells the defaults that the schema fills in', () => {
    const config = cacheConfigSchema.parse({});
    for (const [field, value] of Object.entries(config)) {
      const told = cacheConfigJsonSchema().properties?.[field];
      if (value === undefined || typeof told !== 'object' || !('default' in told)) continue;
      expect([field, told.default]).toEqual([field, value]);
    }
  });
});
