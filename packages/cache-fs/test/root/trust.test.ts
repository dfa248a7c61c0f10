import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCacheRoot } from '../../src/root/cache-root.js';
import { LAYOUT_FOLDERS } from '../../src/root/layout.js';
import {
  canRunAs,
  hasModes,
  isRoot,
  modeOf,
  OTHER_UID,
  openDefaultIn,
  openElsewhere,
  refusal,
  sharedTempDir,
  snapshot,
  tempDir,
} from './helpers.js';

const otherUser = canRunAs(OTHER_UID);
const bindMounts = canMountReadOnly();
if (!isRoot) console.warn('skipped: roots that belong to another user, since only root can give files away');
if (!otherUser)
  console.warn(`skipped: roots opened by another user, since no process can run as user ${OTHER_UID} here`);
if (!bindMounts) console.warn('skipped: read-only file systems, since none can be mounted here');

function canMountReadOnly(): boolean {
  try {
    execFileSync('unshare', ['-m', 'mount', '--bind', '/', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a root that was given', () => {
  it('is refused when it is a file', () => {
    const cacheRoot = join(tempDir(), 'file');
    writeFileSync(cacheRoot, 'mine');
    expect(refusal({ cacheRoot })).toMatchObject({
      code: 'CACHE_UNSAFE_ROOT',
      message: expect.stringContaining('is a file, not a directory'),
    });
  });

  it.each(['', '/'])('is refused when it is a symbolic link, written with %j at its end', (end) => {
    const dir = tempDir();
    mkdirSync(join(dir, 'target'), { mode: 0o700 });
    symlinkSync(join(dir, 'target'), join(dir, 'link'));
    expect(refusal({ cacheRoot: join(dir, 'link') + end })).toMatchObject({
      code: 'CACHE_UNSAFE_ROOT',
      message: expect.stringContaining(`a symbolic link to ${join(dir, 'target')}`),
    });
    expect(snapshot(join(dir, 'target'))).toEqual({ './': '700' });
  });

  it('is refused when it is a dangling link, and its target is not made', () => {
    const dir = tempDir();
    symlinkSync(join(dir, 'target'), join(dir, 'link'));
    expect(refusal({ cacheRoot: join(dir, 'link') }).code).toBe('CACHE_UNSAFE_ROOT');
    expect(snapshot(dir)).toEqual({ './': expect.any(String), './link': expect.any(String) });
  });

  it('may lie below a symbolic link', () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'target'));
    symlinkSync(join(dir, 'target'), join(dir, 'link'));
    expect(openCacheRoot({ cacheRoot: join(dir, 'link', 'cache') }).path).toBe(join(dir, 'link', 'cache'));
  });

  it.for(['777', '770', '707', '720', '1777'])('is refused and not repaired with mode %s', (mode, context) => {
    context.skip(!hasModes, 'this system has no POSIX modes');
    const cacheRoot = tempDir();
    chmodSync(cacheRoot, mode);
    const before = snapshot(cacheRoot);
    expect(refusal({ cacheRoot })).toMatchObject({
      code: 'CACHE_UNSAFE_ROOT',
      message: expect.stringMatching(/can be written to by other users .*choose a directory inside it/),
    });
    expect(snapshot(cacheRoot)).toEqual(before);
  });

  it.for(['755', '750'])('is taken as it is with mode %s', (mode, context) => {
    context.skip(!hasModes, 'this system has no POSIX modes');
    const cacheRoot = tempDir();
    chmodSync(cacheRoot, mode);
    const { dataDir } = openCacheRoot({ cacheRoot });
    expect([modeOf(cacheRoot), modeOf(dataDir)]).toEqual([mode, '700']);
  });

  it('is refused when it belongs to another user', (context) => {
    context.skip(!isRoot, 'needs root');
    const cacheRoot = tempDir();
    chownSync(cacheRoot, OTHER_UID, OTHER_UID);
    expect(refusal({ cacheRoot })).toMatchObject({
      code: 'CACHE_UNSAFE_ROOT',
      message: expect.stringContaining(`belongs to user ${OTHER_UID}`),
    });
    expect(snapshot(cacheRoot)).toEqual({ './': '700' });
  });

  it('comes with a warning where any user could put another in its place', (context) => {
    context.skip(!hasModes, 'this system has no POSIX modes');
    const dir = tempDir();
    mkdirSync(join(dir, 'open', 'inner'), { recursive: true });
    chmodSync(join(dir, 'open'), 0o777);
    const open = openCacheRoot({ cacheRoot: join(dir, 'open', 'inner', 'cache') });
    expect(open.warnings).toEqual([expect.stringContaining(`every user can rename what is in ${join(dir, 'open')},`)]);
    chmodSync(join(dir, 'open'), 0o1777);
    expect(openCacheRoot({ cacheRoot: join(dir, 'open', 'inner', 'cache') }).warnings).toEqual([]);
  });
});

describe('what was planted inside a root', () => {
  it.each(LAYOUT_FOLDERS)('is not followed: a link at %s', (folder) => {
    const dir = tempDir();
    const cacheRoot = join(dir, 'cache');
    const target = join(dir, 'target');
    mkdirSync(target, { mode: 0o700 });
    mkdirSync(join(cacheRoot, folder, '..'), { recursive: true, mode: 0o700 });
    symlinkSync(target, join(cacheRoot, folder));
    expect(refusal({ cacheRoot })).toMatchObject({
      code: 'CACHE_UNSAFE_ROOT',
      message: expect.stringContaining(join(cacheRoot, folder)),
    });
    expect(snapshot(target)).toEqual({ './': '700' });
  });

  it.each(LAYOUT_FOLDERS)('is named: a file at %s', (folder) => {
    const cacheRoot = tempDir();
    mkdirSync(join(cacheRoot, folder, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(join(cacheRoot, folder), 'mine');
    expect(refusal({ cacheRoot })).toMatchObject({
      code: 'CACHE_UNSAFE_ROOT',
      message: expect.stringContaining(join(cacheRoot, folder)),
    });
  });

  it('is not followed: a link at the format file', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'target'), '{"format":1}');
    mkdirSync(join(dir, 'cache'), { mode: 0o700 });
    symlinkSync(join(dir, 'target'), join(dir, 'cache', '.cache_format.json'));
    expect(refusal({ cacheRoot: join(dir, 'cache') }).code).toBe('CACHE_UNSAFE_ROOT');
  });

  it('is not followed: a dangling link at the tag', () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'cache'), { mode: 0o700 });
    symlinkSync(join(dir, 'target'), join(dir, 'cache', 'CACHEDIR.TAG'));
    openCacheRoot({ cacheRoot: join(dir, 'cache') });
    expect(() => statSync(join(dir, 'target'))).toThrow('ENOENT');
    expect(readlinkSync(join(dir, 'cache', 'CACHEDIR.TAG'))).toBe(join(dir, 'target'));
  });

  it('is not followed: a link at a namespace', () => {
    const dir = tempDir();
    const { path } = openCacheRoot({ cacheRoot: join(dir, 'cache'), namespace: 'users' });
    rmSync(path, { recursive: true });
    mkdirSync(join(dir, 'target'), { mode: 0o700 });
    symlinkSync(join(dir, 'target'), path);
    for (const processIsolated of [false, true]) {
      expect(refusal({ cacheRoot: join(dir, 'cache'), namespace: 'users', processIsolated }).code).toBe(
        'CACHE_UNSAFE_ROOT',
      );
    }
    expect(snapshot(join(dir, 'target'))).toEqual({ './': '700' });
  });

  it('does not hold up the opening: a pipe at the format file', (context) => {
    context.skip(process.platform === 'win32', 'not on Windows');
    const cacheRoot = tempDir();
    execFileSync('mkfifo', [join(cacheRoot, '.cache_format.json')]);
    expect(refusal({ cacheRoot }).code).toBe('CACHE_BACKEND_FAILED');
  });
});

describe('the default root', () => {
  const uid = process.geteuid?.();

  it('is made below the directory for temporary files', () => {
    const TMPDIR = tempDir();
    const { path } = openDefaultIn(TMPDIR);
    expect(path).toBe(join(TMPDIR, 'glovebox_cache'));
  });

  it.for(['a file', 'a link', 'an open directory'])('gives way to %s', (squatter, context) => {
    context.skip(uid === undefined, 'this system has no user ids');
    const TMPDIR = tempDir();
    squat(join(TMPDIR, 'glovebox_cache'), squatter);
    const before = snapshot(join(TMPDIR, 'glovebox_cache'));
    expect(openDefaultIn(TMPDIR)).toMatchObject({ path: join(TMPDIR, `glovebox_cache-${uid}`) });
    expect(snapshot(join(TMPDIR, 'glovebox_cache'))).toEqual(before);
  });

  it('is refused when the second name is taken too', (context) => {
    context.skip(uid === undefined, 'this system has no user ids');
    const TMPDIR = tempDir();
    squat(join(TMPDIR, 'glovebox_cache'), 'a link');
    squat(join(TMPDIR, `glovebox_cache-${uid}`), 'an open directory');
    const before = snapshot(TMPDIR);
    expect(openDefaultIn(TMPDIR)).toMatchObject({
      code: 'CACHE_UNSAFE_ROOT',
      message: expect.stringMatching(/is a symbolic link.*can be written to by other users.*cacheRoot/),
    });
    expect(snapshot(TMPDIR)).toEqual(before);
  });

  it('gives way to a directory of another user', (context) => {
    context.skip(!isRoot, 'needs root');
    const TMPDIR = tempDir();
    openDefaultIn(TMPDIR);
    chownSync(join(TMPDIR, 'glovebox_cache'), OTHER_UID, OTHER_UID);
    expect(openDefaultIn(TMPDIR)).toMatchObject({ path: join(TMPDIR, 'glovebox_cache-0') });
  });

  it('is one for each user of a shared directory', (context) => {
    context.skip(!otherUser, 'needs root, and a tool to become another user');
    const TMPDIR = sharedTempDir();
    chmodSync(TMPDIR, 0o1777);
    expect(openDefaultIn(TMPDIR)).toMatchObject({ path: join(TMPDIR, 'glovebox_cache') });
    expect(openElsewhere({}, { env: { TMPDIR }, uid: OTHER_UID })).toMatchObject({
      path: join(TMPDIR, `glovebox_cache-${OTHER_UID}`),
      warnings: [],
    });
  });

  function squat(path: string, what: string): void {
    if (what === 'a file') writeFileSync(path, 'taken');
    else if (what === 'a link') symlinkSync('/', path);
    else {
      mkdirSync(path);
      chmodSync(path, 0o777);
    }
  }
});

describe('a directory that may not be written to', () => {
  function ownedByOther(mode: number, prepare: (cacheRoot: string) => void = () => {}): string {
    const cacheRoot = join(sharedTempDir(), 'cache');
    mkdirSync(cacheRoot, { mode: 0o700 });
    chownSync(cacheRoot, OTHER_UID, OTHER_UID);
    prepare(cacheRoot);
    chmodSync(cacheRoot, mode);
    return cacheRoot;
  }

  it('is opened for reading when it holds a cache', (context) => {
    context.skip(!otherUser, 'needs root, and a tool to become another user');
    const cacheRoot = ownedByOther(0o500, (path) => openElsewhere({ cacheRoot: path }, { uid: OTHER_UID }));
    const before = snapshot(cacheRoot);
    expect(openElsewhere({ cacheRoot }, { uid: OTHER_UID })).toMatchObject({
      isReadOnly: true,
      warnings: [expect.stringContaining("can't be written to")],
    });
    expect(snapshot(cacheRoot)).toEqual(before);
  });

  it('is opened for reading when something is missing that can not be made', (context) => {
    context.skip(!otherUser, 'needs root, and a tool to become another user');
    const cacheRoot = ownedByOther(0o500, (path) => {
      openElsewhere({ cacheRoot: path }, { uid: OTHER_UID });
      rmSync(join(path, 'locks'), { recursive: true });
    });
    expect(openElsewhere({ cacheRoot }, { uid: OTHER_UID })).toMatchObject({ isReadOnly: true });
  });

  it.for([{}, { namespace: 'users' }, { processIsolated: true }])(
    'is refused when it holds none, with %j',
    (options, context) => {
      context.skip(!otherUser, 'needs root, and a tool to become another user');
      const cacheRoot = ownedByOther(0o500);
      expect(openElsewhere({ cacheRoot, ...options }, { uid: OTHER_UID })).toMatchObject({
        code: 'CACHE_BACKEND_FAILED',
        message: expect.stringMatching(/EACCES.*make it writable/),
      });
    },
  );

  it('is refused when it can not even be made', (context) => {
    context.skip(!otherUser, 'needs root, and a tool to become another user');
    const cacheRoot = join(sharedTempDir(), 'cache');
    expect(openElsewhere({ cacheRoot }, { uid: OTHER_UID })).toMatchObject({ code: 'CACHE_BACKEND_FAILED' });
  });

  it('is opened for reading on a read-only file system', (context) => {
    context.skip(!bindMounts, 'needs root, and leave to mount');
    const cacheRoot = tempDir();
    openCacheRoot({ cacheRoot });
    expect(openElsewhere({ cacheRoot }, { wrapper: readOnly(cacheRoot) })).toMatchObject({ isReadOnly: true });
  });

  it('is refused on a read-only file system without a cache', (context) => {
    context.skip(!bindMounts, 'needs root, and leave to mount');
    const dir = tempDir();
    expect(openElsewhere({ cacheRoot: join(dir, 'cache') }, { wrapper: readOnly(dir) })).toMatchObject({
      code: 'CACHE_BACKEND_FAILED',
      message: expect.stringContaining('EROFS'),
    });
  });

  /** Runs what follows where `dir` is read-only, for it alone. */
  function readOnly(dir: string): string[] {
    const mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"';
    return ['unshare', '-m', 'sh', '-c', mount, dir];
  }
});
