import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CACHE_ERROR_CODES, CacheError, isCacheError } from '@glovebox/cache-core';
import { afterAll, describe, expect, it } from 'vitest';

describe('CacheError', () => {
  it('is an Error with a code, and a key and a cause where there are any', () => {
    const cause = new Error('EIO');
    const error = new CacheError('CACHE_BACKEND_FAILED', 'it failed', { key: 'a', cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'CacheError',
      code: 'CACHE_BACKEND_FAILED',
      message: 'it failed',
      key: 'a',
      cause,
    });
    const bare = new CacheError('CACHE_CLOSED', 'closed', { key: undefined, cause: undefined });
    expect('key' in bare).toBe(false);
    expect('cause' in bare).toBe(false);
    expect(String(bare)).toBe('CacheError: closed');
  });

  it('has the codes of the documentation, and no others', () => {
    expect([...CACHE_ERROR_CODES].sort()).toEqual([
      'CACHE_BACKEND_FAILED',
      'CACHE_CLOSED',
      'CACHE_CORRUPT_ENTRY',
      'CACHE_FACTORY_FAILED',
      'CACHE_INVALID_CONFIG',
      'CACHE_INVALID_KEY',
      'CACHE_INVALID_TTL',
      'CACHE_INVALID_VALUE',
      'CACHE_LOCK_TIMEOUT',
      'CACHE_TIMEOUT',
      'CACHE_UNREADABLE_ENTRY',
      'CACHE_UNSAFE_ROOT',
      'CACHE_UNSERIALIZABLE',
      'CACHE_WRONG_TYPE',
    ]);
  });
});

describe('isCacheError', () => {
  const folder = mkdtempSync(join(tmpdir(), 'second-copy-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('knows the errors of another copy of the package', async () => {
    const original = new URL('errors.js', import.meta.resolve('@glovebox/cache-core'));
    const source = readFileSync(original, 'utf8').replace(/^\/\/# sourceMappingURL.*$/m, '');
    const file = join(folder, 'errors.mjs');
    writeFileSync(file, source);
    const copy: unknown = await import(pathToFileURL(file).href);
    const Copied = Reflect.get(Object(copy), 'CacheError');
    const error: unknown = Reflect.construct(Copied, ['CACHE_CLOSED', 'closed']);
    expect(error).not.toBeInstanceOf(CacheError);
    expect(isCacheError(error)).toBe(true);
    expect(isCacheError(error, 'CACHE_CLOSED')).toBe(true);
    expect(isCacheError(error, 'CACHE_INVALID_KEY')).toBe(false);
  });

  it.each([
    null,
    undefined,
    'CACHE_CLOSED',
    new Error('closed'),
    { code: 'CACHE_CLOSED', name: 'CacheError' },
    () => 1,
  ])('does not take %o for one', (value) => {
    expect(isCacheError(value)).toBe(false);
    expect(isCacheError(value, 'CACHE_CLOSED')).toBe(false);
  });
});
