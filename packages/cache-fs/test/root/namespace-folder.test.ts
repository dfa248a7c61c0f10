import { sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCacheRoot } from '../../src/root/cache-root.js';
import { namespaceFolder } from '../../src/root/namespace-folder.js';
import { refusal, tempDir } from './helpers.js';

const NAMES = [
  'users',
  'Users',
  'USERS',
  'users.',
  'users ',
  ' users',
  'users:archive',
  'users/archive',
  'users-archive',
  'caf\u00e9',
  'cafe\u0301',
  '.',
  '..',
  '../..',
  '/etc',
  'C:\\',
  'con',
  'a\0b',
  'a'.repeat(64),
  'a'.repeat(65),
  'a'.repeat(5000),
  '日本語',
  '__proto__',
  'users~6b0cc904d081a8c11cfdaec667f05132',
];

describe('the folder of a namespace', () => {
  it('is another for every name, even without letter case and Unicode form', () => {
    const folders = NAMES.map((name) => namespaceFolder(name).normalize('NFC').toLowerCase());
    expect(new Set(folders).size).toBe(NAMES.length);
  });

  it('is a plain name on every file system', () => {
    for (const name of NAMES) expect(namespaceFolder(name)).toMatch(/^ns_[a-z0-9._~-]{0,70}[a-z0-9]$/);
  });

  it('is readable for a plain name', () => {
    expect(namespaceFolder('layout-service.v2')).toBe('ns_layout-service.v2');
  });

  it('lies in the root, and has a layout of its own', () => {
    const cacheRoot = tempDir();
    for (const namespace of ['..', 'users']) {
      const root = openCacheRoot({ cacheRoot, namespace });
      expect(root.path.startsWith(cacheRoot + sep)).toBe(true);
      expect(root).toMatchObject({ namespace, rootPath: cacheRoot });
      expect(root.dataDir.startsWith(root.path + sep)).toBe(true);
      expect(root.ensure()).toBe(false);
    }
  });

  it.each(['', '\ud800', 5, null])('is refused for %j', (namespace) => {
    // @ts-expect-error some of them are no text
    expect(refusal({ cacheRoot: tempDir(), namespace })).toMatchObject({ code: 'CACHE_INVALID_CONFIG' });
  });
});
