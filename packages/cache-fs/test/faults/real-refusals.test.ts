import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { canRunAs, OTHER_UID, sharedTempDir } from '../root/helpers.js';
import { runInProcess } from './tried-process.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const rounds = isFull ? 20 : 3;

/** What is taken from whom: modes of folders of the cache, `.` for the root itself. */
const taken: readonly (readonly [folders: readonly string[], mode: number])[] = [
  [['.', 'data', 'data/blobs', 'metadata', 'stats', 'locks', 'tmp'], 0o500],
  [['data'], 0o000],
  ...(isFull
    ? ([
        [['.'], 0o000],
        [['.'], 0o500],
        [['tmp'], 0o500],
        [['data'], 0o500],
        [['data'], 0o300],
        [['data/blobs'], 0o000],
        [['data/blobs'], 0o500],
        [['metadata'], 0o000],
        [['stats'], 0o000],
        [['stats'], 0o500],
        [['locks'], 0o000],
        [['locks'], 0o500],
        [['tmp'], 0o000],
      ] as const)
    : []),
];

describe('rights of the user', () => {
  it.for(taken)(
    'taken from %o (mode %i) make misses and refused writes, until they are given back',
    async ([folders, mode], context) => {
      context.skip(!canRunAs(OTHER_UID), 'running as another user takes root');
      const parent = sharedTempDir();
      const cacheRoot = join(parent, 'cache');
      mkdirSync(cacheRoot, 0o700);
      chownSync(cacheRoot, OTHER_UID, OTHER_UID);
      const change = (to: number) => {
        for (const folder of folders.toReversed()) chmodSync(join(cacheRoot, folder), to);
      };
      const report = await runInProcess(
        { cacheRoot, rounds },
        { begin: () => change(mode), end: () => change(0o700) },
        OTHER_UID,
      );
      expect(report.problems).toEqual([]);
      expect(report.errorCount).toBeGreaterThan(0);
    },
  );
});

describe('a file system', () => {
  it('that can only be read from now on makes refused writes, until it can be written to', async (context) => {
    context.skip(process.platform !== 'linux' || process.geteuid?.() !== 0, 'mounting takes root on Linux');
    const cacheRoot = join(sharedTempDir(), 'cache');
    mkdirSync(cacheRoot, 0o700);
    let isMounted = false;
    const unmount = () => {
      if (isMounted) execFileSync('umount', ['--lazy', cacheRoot]);
      isMounted = false;
    };
    onTestFinished(unmount);
    const report = await runInProcess(
      { cacheRoot, rounds },
      {
        // Over itself: a mount of which a file is open for writing can't be made one for reading.
        begin: () => {
          execFileSync('mount', ['--bind', cacheRoot, cacheRoot]);
          isMounted = true;
          execFileSync('mount', ['-o', 'remount,bind,ro', cacheRoot]);
        },
        end: unmount,
      },
    );
    expect(report.problems).toEqual([]);
    expect(report.refused).toBeGreaterThanOrEqual(4 * rounds);
    for (const line of report.log) expect(line).toContain('EROFS');
  });
});
