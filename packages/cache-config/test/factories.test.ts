import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import {
  type CacheFactoryOptions,
  createCacheFromUserConfig,
  createDefaultCache,
  createFilesystemCache,
  createMemoryCache,
  loadUserConfig,
} from '@glovebox/cache-config';
import { type CacheManager, isCacheError, ManualClock } from '@glovebox/cache-core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { capturingStrategy } from './support/capturing-strategy.js';
import { configErrorOf } from './support/config-error.js';
import { temporaryDirectory } from './support/temporary-directory.js';

/** A cache that is closed when the test has finished. */
function closing(cache: CacheManager): CacheManager {
  onTestFinished(() => cache.close());
  return cache;
}

/** The factories that take settings, with the same settings. */
const factories: [string, (options: CacheFactoryOptions) => CacheManager][] = [
  ['createDefaultCache', createDefaultCache],
  ['createFilesystemCache', createFilesystemCache],
  [
    'createCacheFromUserConfig',
    ({ strategies, namespace, clock, logger, ...cache }) =>
      createCacheFromUserConfig({ cache }, { strategies, namespace, clock, logger }),
  ],
];

describe.each(factories)('%s', (_, create) => {
  it('keeps entries on disk for the next one, for 24 hours, under the shared strategy', async () => {
    const cacheRoot = temporaryDirectory();
    const first = closing(create({ cacheRoot }));
    expect(first.name).toBe('filesystem');
    expect(await first.set('layout', { keys: 80 })).toBe(true);
    expect(await first.getMetadata('layout')).toMatchObject({ ttlSeconds: 86_400 });
    await first.close();

    const second = closing(create({ cache_root: cacheRoot, cache_strategy: 'shared' }));
    expect(await second.get('layout')).toEqual({ keys: 80 });
    expect(readdirSync(join(cacheRoot, 'data')).filter((name) => name.endsWith('.json'))).toHaveLength(1);
  });

  it('gives a process a folder of its own under the strategy process_isolated', async () => {
    const cacheRoot = temporaryDirectory();
    const cache = closing(create({ cacheRoot, cacheStrategy: 'process_isolated' }));
    await cache.set('a', 1);
    expect(await cache.get('a')).toBe(1);
    expect(readdirSync(cacheRoot).some((name) => name.startsWith(`proc_${process.pid}`))).toBe(true);
    const shared = closing(create({ cacheRoot }));
    expect(await shared.get('a')).toBeUndefined();
  });

  it('keeps entries in memory under the strategy disabled, and makes no folder', async () => {
    const cacheRoot = join(temporaryDirectory(), 'none');
    const cache = closing(create({ cacheRoot, cacheStrategy: 'disabled', maxEntries: 2 }));
    expect(cache.name).toBe('memory');
    for (const key of ['a', 'b', 'c']) await cache.set(key, key);
    expect(await cache.get('c')).toBe('c');
    expect((await cache.getStats()).totalEntries).toBe(2);
    expect(existsSync(cacheRoot)).toBe(false);
    expect(await closing(create({ cacheRoot, cacheStrategy: 'disabled' })).get('c')).toBeUndefined();
  });

  it('keeps namespaces apart', async () => {
    const cacheRoot = temporaryDirectory();
    const layouts = closing(create({ cacheRoot, namespace: 'layouts' }));
    const firmware = closing(create({ cacheRoot, namespace: 'firmware' }));
    await layouts.set('a', 1);
    expect(await firmware.get('a')).toBeUndefined();
    expect(await closing(create({ cacheRoot })).get('a')).toBeUndefined();
    expect(await closing(create({ cacheRoot, namespace: 'layouts' })).get('a')).toBe(1);
  });

  it.each(['shared', 'disabled'])(
    'keeps to limits, policy, ttl and clock under the strategy %s',
    async (cacheStrategy) => {
      const clock = new ManualClock();
      const settings = {
        max_entries: 2,
        evictionPolicy: 'fifo',
        default_ttl_seconds: 60,
        cleanupIntervalSeconds: 10,
      } as const;
      const cache = closing(create({ ...settings, cacheRoot: temporaryDirectory(), cacheStrategy, clock }));
      for (const key of ['a', 'b']) {
        await cache.set(key, key);
        clock.advance(1);
      }
      await cache.get('a');
      await cache.set('c', 'c');
      expect([await cache.exists('a'), await cache.exists('b'), await cache.exists('c')]).toEqual([false, true, true]);
      expect(clock.timerCount).toBe(1);
      clock.advance(60_000);
      expect(await cache.exists('c')).toBe(false);
    },
  );

  it.each(['shared', 'disabled'])(
    'refuses values beyond the limit of bytes under the strategy %s',
    async (cacheStrategy) => {
      const cache = closing(create({ cacheRoot: temporaryDirectory(), cacheStrategy, maxSizeMb: 0.01 }));
      expect(await cache.set('small', 'x'.repeat(1_000))).toBe(true);
      expect(await cache.set('large', 'x'.repeat(20_000))).toBe(false);
      expect(await cache.exists('small')).toBe(true);
    },
  );

  it('takes null for no limit and no expiry', async () => {
    const { strategy, calls } = capturingStrategy();
    const settings = { maxEntries: null, maxSizeMb: null, defaultTtlHours: null, cleanupIntervalSeconds: null };
    const cache = closing(create({ ...settings, cacheStrategy: 'own', strategies: { own: strategy } }));
    expect(calls[0]?.config).toMatchObject({ maxEntries: null, maxSizeBytes: null, defaultTtlSeconds: null });
    await cache.set('a', 1);
    expect(await cache.getMetadata('a')).toMatchObject({ ttlSeconds: null });
  });

  it('turns locks between processes off, by either name', () => {
    const cacheRoot = temporaryDirectory();
    expect(closing(create({ cacheRoot })).capabilities.crossProcessLocks).toBe(true);
    expect(closing(create({ cacheRoot, useFileLocking: false })).capabilities.crossProcessLocks).toBe(false);
    expect(closing(create({ cacheRoot, cache_file_locking: false })).capabilities.crossProcessLocks).toBe(false);
  });

  it('puts values beyond inlineMaxBytes into files of their own, also through the thread pool', async () => {
    const cacheRoot = temporaryDirectory();
    const cache = closing(create({ cacheRoot, inlineMaxBytes: 100, io: 'async', durability: 'power' }));
    await cache.set('a', 'x'.repeat(200));
    expect(await cache.get('a')).toBe('x'.repeat(200));
    expect(readdirSync(join(cacheRoot, 'data', 'blobs'))).toHaveLength(1);
  });

  it('throws at once what is wrong with the root', () => {
    const cacheRoot = join(temporaryDirectory(), 'file');
    writeFileSync(cacheRoot, '');
    let thrown: unknown;
    try {
      closing(create({ cacheRoot }));
    } catch (error) {
      thrown = error;
    }
    expect(isCacheError(thrown) && thrown.code).toMatch(/CACHE_UNSAFE_ROOT|CACHE_BACKEND_FAILED|CACHE_INVALID_CONFIG/);
    expect(String(thrown)).toContain(cacheRoot);
  });

  it('takes a relative root from the working directory of the moment', async () => {
    const cacheRoot = temporaryDirectory();
    await closing(create({ cacheRoot: relative(process.cwd(), cacheRoot) })).set('a', 1);
    expect(await closing(create({ cacheRoot })).get('a')).toBe(1);

    const { strategy, calls } = capturingStrategy();
    closing(create({ cacheRoot: 'relative', cacheStrategy: 'own', strategies: { own: strategy } }));
    expect(calls[0]?.config.cacheRoot).toBe(resolve('relative'));
  });

  it('closes: a second time does nothing, and nothing works afterwards', async () => {
    const cache = create({ cacheStrategy: 'disabled' });
    await cache.close();
    await cache.close();
    await expect(cache.get('a')).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
  });
});

describe('createDefaultCache', () => {
  it('without arguments, and createCacheFromUserConfig, open the same default root', async () => {
    const temporary = temporaryDirectory();
    for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, temporary);
    onTestFinished(() => void vi.unstubAllEnvs());
    await closing(createDefaultCache()).set('a', 1);
    expect(await closing(createCacheFromUserConfig()).get('a')).toBe(1);
    expect(readdirSync(temporary)).toContain('glovebox_cache');
  });
});

describe('createMemoryCache', () => {
  it('has the same defaults', async () => {
    const cache = closing(createMemoryCache());
    expect(cache.name).toBe('memory');
    await cache.set('a', { b: [1] });
    expect(await cache.getMetadata('a')).toMatchObject({ ttlSeconds: 86_400 });
    expect(await cache.get('a')).not.toBe(await cache.get('a'));
  });

  it('keeps to its settings, in either spelling', async () => {
    const clock = new ManualClock();
    const cache = closing(
      createMemoryCache({ max_entries: 1, defaultTtlHours: 2, eviction_policy: 'lru', max_size_mb: 1, clock }),
    );
    await cache.set('a', 1);
    await cache.set('b', 2);
    expect(await cache.exists('a')).toBe(false);
    expect(await cache.getMetadata('b')).toMatchObject({ ttlSeconds: 7_200 });
  });

  it('hands out the stored object with isolation reference', async () => {
    const value = { b: [1] };
    const cache = closing(createMemoryCache({ isolation: 'reference' }));
    await cache.set('a', value);
    expect(await cache.get('a')).toBe(value);
  });
});

describe('createCacheFromUserConfig', () => {
  it('takes what loadUserConfig returns', async () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'config.yaml');
    writeFileSync(file, 'profile: mine\ncache_root: cached\ncache:\n  default_ttl_seconds: 5\n');
    const cache = closing(createCacheFromUserConfig(loadUserConfig(file), { namespace: 'x' }));
    await cache.set('a', 1);
    expect(await cache.getMetadata('a')).toMatchObject({ ttlSeconds: 5 });
    expect(existsSync(join(directory, 'cached'))).toBe(true);
  });

  it('takes what the application keeps beside it, in an instance of a class too', () => {
    class Settings {
      readonly profile = 'mine';
      get cache_strategy() {
        return 'disabled';
      }
    }
    expect(closing(createCacheFromUserConfig(new Settings())).name).toBe('memory');
  });

  it('replaces one setting of a loaded configuration', () => {
    const config = loadUserConfig(undefined, { env: { XDG_CONFIG_HOME: temporaryDirectory() } });
    expect(closing(createCacheFromUserConfig({ ...config, cacheStrategy: 'disabled' })).name).toBe('memory');
  });
});

describe('a strategy of one’s own', () => {
  it('is given the complete configuration and the context', () => {
    const { strategy, calls } = capturingStrategy();
    const clock = new ManualClock();
    closing(
      createDefaultCache({
        cacheStrategy: 'redis',
        strategies: { redis: strategy },
        namespace: 'x',
        clock,
        maxEntries: 7,
      }),
    );
    expect(calls).toHaveLength(1);
    expect(calls[0]?.config).toMatchObject({
      cacheStrategy: 'redis',
      maxEntries: 7,
      defaultTtlSeconds: 86_400,
      io: 'sync',
    });
    expect(calls[0]?.context).toEqual({ namespace: 'x', clock, logger: undefined });
  });

  it('is suggested when its name is misspelt', () => {
    const { strategy } = capturingStrategy();
    const options = { cacheStrategy: 'rediss', strategies: { redis: strategy } };
    expect(configErrorOf(() => createDefaultCache(options)).message).toContain("did you mean 'redis'?");
  });

  it.each(['constructor', '__proto__', 'toString'])('is not found in the prototype, as %s', (cacheStrategy) => {
    expect(configErrorOf(() => createDefaultCache({ cacheStrategy })).message).toContain(cacheStrategy);
  });

  it('may throw: its CacheError as it is, anything else as CACHE_BACKEND_FAILED', () => {
    const create = () => {
      throw new Error('no route to host');
    };
    const open = () => createDefaultCache({ cacheStrategy: 'redis', strategies: { redis: { create } } });
    expect(open).toThrow(expect.objectContaining({ code: 'CACHE_BACKEND_FAILED' }));
    expect(open).toThrow(/'redis' .*no route to host/);
  });

  it.each([
    [undefined, 'undefined'],
    [{ get() {} }, 'of type object'],
    [Promise.resolve(), 'a promise'],
  ])('must make a cache, not %s', (made, found) => {
    const create: () => CacheManager = () => made as never;
    const options = { cacheStrategy: 'redis', strategies: { redis: { create } } };
    expect(configErrorOf(() => createDefaultCache(options)).message).toContain(`made ${found}; allowed is a cache`);
  });
});
