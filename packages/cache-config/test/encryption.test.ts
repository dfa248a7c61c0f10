import { createSecretKey, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import {
  builtInStrategies,
  type CacheStrategy,
  createDefaultCache,
  createFilesystemCache,
  getSharedCache,
  loadUserConfig,
  transformsOf,
} from '@glovebox/cache-config';
import { createMemoryCache } from '@glovebox/cache-memory';
import { describe, expect, it } from 'vitest';
import { configErrorOf } from './support/config-error.js';
import { temporaryDirectory } from './support/temporary-directory.js';

const keys = [randomBytes(32)];
const LARGE = 'a secret that repeats itself '.repeat(200);

const stored = (root: string) =>
  readdirSync(join(root, 'data'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFileSync(join(root, 'data', name), 'utf8'))
    .join();

describe('the setting compression', () => {
  it.each([true, 'zstd', 'brotli', 'gzip'] as const)(
    '%s stores large values in less, in code and in files',
    async (compression) => {
      const cacheRoot = temporaryDirectory();
      await using cache = createFilesystemCache({ cacheRoot, compression });
      await cache.set('a', LARGE);
      expect(await cache.get('a')).toBe(LARGE);
      expect((await cache.getMetadata('a'))?.sizeBytes).toBeLessThan(200);
      const file = join(temporaryDirectory(), 'config.yaml');
      writeFileSync(file, `cache:\n  compression: ${compression}\n`);
      expect(loadUserConfig(file)).toMatchObject({ cache: { compression } });
    },
  );

  it('is heeded in memory too', async () => {
    await using cache = createDefaultCache({ cacheStrategy: 'disabled', compression: true });
    await cache.set('a', LARGE);
    expect((await cache.getMetadata('a'))?.sizeBytes).toBeLessThan(200);
  });
});

describe('encryptionKeys', () => {
  it('encrypt what is stored, after it was compressed', async () => {
    const cacheRoot = temporaryDirectory();
    await using cache = createDefaultCache({ cacheRoot, compression: true, encryptionKeys: keys });
    await cache.set('a', LARGE);
    await cache.set('b', 'a secret');
    expect(await cache.get('a')).toBe(LARGE);
    expect(stored(cacheRoot)).not.toContain('a secret');
    expect((await cache.getMetadata('a'))?.sizeBytes).toBeLessThan(250);
    await using other = createDefaultCache({
      cacheRoot,
      compression: true,
      encryptionKeys: [randomBytes(32), ...keys],
    });
    expect(await other.get('b')).toBe('a secret');
  });

  it('are refused in a file of settings, and of a wrong shape, without being shown', () => {
    const text = keys[0]?.toString('hex') ?? '';
    const file = join(temporaryDirectory(), 'config.yaml');
    writeFileSync(file, `cache:\n  encryption_keys: [${text}]\n`);
    for (const attempt of [
      () => loadUserConfig(file),
      () => createDefaultCache({ cacheRoot: temporaryDirectory(), encryptionKeys: [text] as never }),
      () => createDefaultCache({ cacheRoot: temporaryDirectory(), encryptionKeys: text as never }),
    ]) {
      const error = configErrorOf(attempt);
      expect(inspect(error)).not.toContain(text);
    }
  });

  it('are refused by a strategy that does not say that it encrypts', async () => {
    const plain: CacheStrategy = { create: (config, context) => builtInStrategies.disabled.create(config, context) };
    const options = { cacheStrategy: 'own', encryptionKeys: keys };
    expect(configErrorOf(() => createDefaultCache({ ...options, strategies: { own: plain } })).message).toContain(
      'does not encrypt',
    );
    const own: CacheStrategy = {
      create: (config, context) => createMemoryCache({ transforms: transformsOf(config, context) }),
      encrypts: true,
    };
    await using cache = createDefaultCache({ ...options, strategies: { own } });
    await cache.set('a', 'b');
    expect((await cache.getMetadata('a'))?.sizeBytes).toBe(39 + 3);
  });

  it('of one shared cache are the same, however they are given', async () => {
    const cacheRoot = temporaryDirectory();
    const [key = randomBytes(32)] = keys;
    await using first = getSharedCache({ cacheRoot }, { encryptionKeys: [key] });
    await using same = getSharedCache({ cacheRoot }, { encryptionKeys: [createSecretKey(key)] });
    await first.set('a', 1);
    expect(await same.get('a')).toBe(1);
    for (const encryptionKeys of [undefined, [], [randomBytes(32)], [key, key], ['text'] as never]) {
      const { message } = configErrorOf(() => getSharedCache({ cacheRoot }, { encryptionKeys }));
      expect(message).toContain('encryptionKeys are others');
    }
  });
});
