import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openCacheRoot } from '../../src/root/cache-root.js';
import { LAYOUT_FOLDERS } from '../../src/root/layout.js';
import { hasModes, modeOf, openElsewhere, openRootsScript, refusal, snapshot, tempDir } from './helpers.js';

describe('opening a cache directory', () => {
  it('makes the layout, the tag and the format, parents included', () => {
    const root = openCacheRoot({ cacheRoot: join(tempDir(), 'a', 'b') });
    for (const folder of LAYOUT_FOLDERS) expect(statSync(join(root.path, folder)).isDirectory()).toBe(true);
    expect(readFileSync(join(root.path, 'CACHEDIR.TAG'), 'utf8')).toMatch(
      /^Signature: 8a477f597d28d172789f06886806bc55\n/,
    );
    expect(JSON.parse(readFileSync(root.formatFile, 'utf8'))).toEqual({ format: 1 });
    expect(root).toMatchObject({
      isReadOnly: false,
      warnings: [],
      dataDir: join(root.path, 'data'),
      blobsDir: join(root.path, 'data', 'blobs'),
      metadataDir: join(root.path, 'metadata'),
      statsDir: join(root.path, 'stats'),
      locksDir: join(root.path, 'locks'),
      tmpDir: join(root.path, 'tmp'),
      statsFile: join(root.path, '.cache_stats.json'),
    });
  });

  it.for(['000', '022', '777'])('is private whatever the umask: %s', (umask, context) => {
    context.skip(!hasModes, 'this system has no POSIX modes');
    const parent = join(tempDir(), 'made');
    const { path = '' } = openElsewhere({ cacheRoot: join(parent, 'cache') }, { umask: Number.parseInt(umask, 8) });
    expect(modeOf(parent)).toBe('700');
    for (const folder of ['', ...LAYOUT_FOLDERS]) expect(modeOf(join(path, folder)), folder).toBe('700');
    for (const file of ['.cache_format.json', 'CACHEDIR.TAG']) expect(modeOf(join(path, file)), file).toBe('600');
  });

  it('changes nothing in a directory that is complete', () => {
    const cacheRoot = tempDir();
    openCacheRoot({ cacheRoot });
    const before = snapshot(cacheRoot);
    const root = openCacheRoot({ cacheRoot });
    expect(root.ensure()).toBe(false);
    expect(snapshot(cacheRoot)).toEqual(before);
  });

  it('succeeds in several processes at once', async () => {
    const dir = tempDir();
    const options = Array.from({ length: 40 }, (_, index) => ({ cacheRoot: join(dir, `parent${index}`, 'cache') }));
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, [openRootsScript, JSON.stringify({ options, waits: true })], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    );
    await Promise.all(children.map((child) => once(child.stdout, 'data')));
    const outputs = children.map((child) => text(child.stdout));
    for (const child of children) child.stdin.end('!');
    for (const output of await Promise.all(outputs)) {
      const results = output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(results).toEqual(options.map(({ cacheRoot: path }) => ({ path, isReadOnly: false, warnings: [] })));
    }
  });

  it('is made absolute once, so that a later chdir does not move it', () => {
    const dir = tempDir();
    const before = process.cwd();
    process.chdir(dir);
    try {
      expect(openCacheRoot({ cacheRoot: 'relative/' }).path).toBe(join(dir, 'relative'));
    } finally {
      process.chdir(before);
    }
  });

  it.each([[''], ['a\0b'], [7]])('refuses %j as a path', (cacheRoot) => {
    // @ts-expect-error one of them is no text
    expect(refusal({ cacheRoot })).toMatchObject({ code: 'CACHE_INVALID_CONFIG' });
  });

  it('names the option meant by a misspelt one', () => {
    // @ts-expect-error the option does not exist
    expect(refusal({ cacheRot: '/x' }).message).toContain("'cacheRoot'");
  });

  it('says that a parent is a file', () => {
    const file = join(tempDir(), 'file');
    writeFileSync(file, 'mine');
    const error = refusal({ cacheRoot: join(file, 'cache') });
    expect(error.code).toBe('CACHE_BACKEND_FAILED');
    expect(error.message).toContain('ENOTDIR');
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
});

describe('the format of a cache directory', () => {
  const newer = '{"format":2,"shards":16}';

  it('is refused when newer, and nothing is touched', () => {
    const cacheRoot = tempDir();
    writeFileSync(join(cacheRoot, '.cache_format.json'), newer);
    const before = snapshot(cacheRoot);
    for (const options of [{}, { namespace: 'users' }, { processIsolated: true }]) {
      const error = refusal({ cacheRoot, ...options });
      expect(error.code).toBe('CACHE_BACKEND_FAILED');
      expect(error.message).toContain('format 2');
    }
    expect(snapshot(cacheRoot)).toEqual(before);
  });

  it('is refused when newer in a namespace alone', () => {
    const cacheRoot = tempDir();
    const { formatFile } = openCacheRoot({ cacheRoot, namespace: 'users' });
    writeFileSync(formatFile, newer);
    const before = snapshot(cacheRoot);
    expect(refusal({ cacheRoot, namespace: 'users' }).message).toContain('format 2');
    expect(snapshot(cacheRoot)).toEqual(before);
    expect(openCacheRoot({ cacheRoot }).isReadOnly).toBe(false);
  });

  it('is refused by ensure() when it became newer meanwhile', () => {
    const root = openCacheRoot({ cacheRoot: tempDir() });
    writeFileSync(root.formatFile, newer);
    expect(() => root.ensure()).toThrow('format 2');
  });

  it.each(['', '{"format', '{"format":"1"}', '{"format":0}', '[]', 'null', '\0'.repeat(13)])(
    'is made good, with a warning, when damaged: %j',
    (damaged) => {
      const cacheRoot = tempDir();
      const { formatFile } = openCacheRoot({ cacheRoot });
      writeFileSync(formatFile, damaged);
      const root = openCacheRoot({ cacheRoot });
      expect(root.warnings).toEqual([expect.stringContaining('was damaged')]);
      expect(JSON.parse(readFileSync(formatFile, 'utf8'))).toEqual({ format: 1 });
      expect(openCacheRoot({ cacheRoot }).warnings).toEqual([]);
    },
  );
});

describe('ensure()', () => {
  it('makes a removed directory again, private as before', () => {
    const root = openCacheRoot({ cacheRoot: join(tempDir(), 'a', 'cache') });
    const before = snapshot(root.path);
    rmSync(join(root.path, '..'), { recursive: true });
    expect(root.ensure()).toBe(true);
    expect(snapshot(root.path)).toEqual(before);
    expect(root.ensure()).toBe(false);
  });

  it.each([...LAYOUT_FOLDERS, '.cache_format.json', 'CACHEDIR.TAG'])('makes %s again', (name) => {
    const root = openCacheRoot({ cacheRoot: tempDir() });
    rmSync(join(root.path, name), { recursive: true });
    expect(root.ensure()).toBe(true);
    expect(existsSync(join(root.path, name))).toBe(true);
  });

  it('checks what took the place of a removed directory', () => {
    const dir = tempDir();
    const root = openCacheRoot({ cacheRoot: join(dir, 'cache') });
    rmSync(root.path, { recursive: true });
    mkdirSync(join(dir, 'elsewhere'));
    symlinkSync(join(dir, 'elsewhere'), root.path);
    expect(() => root.ensure()).toThrow(expect.objectContaining({ code: 'CACHE_UNSAFE_ROOT' }));
    expect(snapshot(join(dir, 'elsewhere'))).toEqual({ './': expect.any(String) });
  });

  it('checks that it is still private', (context) => {
    context.skip(!hasModes, 'this system has no POSIX modes');
    const root = openCacheRoot({ cacheRoot: tempDir() });
    chmodSync(root.dataDir, 0o777);
    expect(() => root.ensure()).toThrow(expect.objectContaining({ code: 'CACHE_UNSAFE_ROOT' }));
  });
});
