import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { temporaryDirectory } from '../support.js';
import { BOARD_BYTES, type HotRaceJob, type HotReadCounts } from './fixtures/hot-race.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const bursts = isFull ? 40 : 2;
const PROCESS = fileURLToPath(new URL('./fixtures/hot-race.ts', import.meta.url));

async function race(directory: string, marginMs?: number): Promise<HotReadCounts> {
  const board = join(temporaryDirectory(), 'board');
  writeFileSync(board, new Uint8Array(BOARD_BYTES));
  const run = async (role: HotRaceJob['role']) => {
    const job: HotRaceJob = {
      role,
      cacheRoot: join(directory, 'cache'),
      board,
      bursts,
      ...(marginMs !== undefined && { marginMs }),
    };
    const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', PROCESS, JSON.stringify(job)]);
    return JSON.parse(stdout);
  };
  const [counts] = await Promise.all([run('read'), run('write')]);
  return counts;
}

/** An ext4 that dates its files by whole seconds and uses an inode again at once: where the race is widest. */
function mountCoarseDisk(context: TestContext): string {
  context.skip(process.platform !== 'linux' || process.geteuid?.() !== 0, 'mounting a disk takes root on Linux');
  const folder = mkdtempSync(join(tmpdir(), 'glovebox-fs-coarse-'));
  const path = join(folder, 'disk');
  let isMounted = false;
  onTestFinished(() => {
    if (isMounted) execFileSync('umount', ['--lazy', path]);
    rmSync(folder, { recursive: true, force: true });
  });
  try {
    mkdirSync(path, { mode: 0o700 });
    writeFileSync(join(folder, 'image'), '');
    truncateSync(join(folder, 'image'), 32 * 1024 * 1024);
    execFileSync('mkfs.ext4', ['-q', '-I', '128', '-E', 'root_owner=0:0', join(folder, 'image')], { stdio: 'pipe' });
    execFileSync('mount', ['-o', 'loop', join(folder, 'image'), path], { stdio: 'pipe' });
    isMounted = true;
  } catch (error) {
    context.skip(true, `no disk with coarse times could be mounted here: ${String(error)}`);
  }
  return path;
}

describe('reads from memory beside a process that replaces what they read', { timeout: 300_000 }, () => {
  it('are never older than what was acknowledged before they began', async (context) => {
    context.skip(process.platform !== 'linux', 'entries are kept in memory on Linux only');
    const { reads, fromMemory, stale } = await race(temporaryDirectory());
    expect(stale).toBe(0);
    expect(fromMemory).toBeGreaterThan(0);
    expect(reads).toBeGreaterThan(isFull ? 200_000 : 2_000);
  });

  it('nor on a disk that dates files by the second', async (context) => {
    const { reads, fromMemory, stale } = await race(mountCoarseDisk(context));
    expect(stale).toBe(0);
    expect(fromMemory).toBeGreaterThan(0);
    expect(reads).toBeGreaterThan(isFull ? 200_000 : 2_000);
  });
});
