import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, type TestContext } from 'vitest';
import { temporaryDirectory } from '../support.js';
import { runInProcess } from './tried-process.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const rounds = isFull ? 20 : 3;

function needPrlimit(context: TestContext): void {
  context.skip(spawnSync('prlimit', ['--version']).status !== 0, 'prlimit is not installed, or this is not Linux');
}

function setLimit(pid: number, limit: 'nofile' | 'fsize', soft: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', `${pid}`, `--${limit}=${soft}:`]);
}

/** Numbers of the files that a process keeps open: one that it opens for a moment would leave its number free. */
async function keptFiles(pid: number): Promise<ReadonlySet<number>> {
  let kept = openFiles(pid);
  for (let look = 0; look < 5; look++) {
    await delay(20);
    const now = openFiles(pid);
    kept = new Map([...kept].filter(([fd, target]) => now.get(fd) === target));
  }
  return new Set(kept.keys());
}

function openFiles(pid: number): Map<number, string> {
  const files = new Map<number, string>();
  for (const name of readdirSync(`/proc/${pid}/fd`)) {
    try {
      files.set(Number(name), readlinkSync(`/proc/${pid}/fd/${name}`));
    } catch {
      // Closed since it was listed.
    }
  }
  return files;
}

describe('limits of the process', () => {
  it.for(isFull ? [0, 1, 2, 3, 4, 6] : [0])(
    'a process that may open %i files more, and then none, has misses and refused writes, until it may open more',
    { timeout: 120_000 },
    async (spare, context) => {
      needPrlimit(context);
      let before = 0;
      const report = await runInProcess(
        { cacheRoot: temporaryDirectory(), rounds },
        {
          begin: async (pid) => {
            before = Number(/Max open files\s+(\d+)/.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1]);
            const kept = await keptFiles(pid);
            // The limit is one on numbers, and a new file has the lowest that is free.
            const free = Array.from({ length: 200 }, (_, fd) => fd).filter((fd) => !kept.has(fd));
            setLimit(pid, 'nofile', free[spare] ?? 200);
          },
          end: (pid) => setLimit(pid, 'nofile', before),
        },
      );
      expect(report.problems).toEqual([]);
      if (spare === 0) expect(report.refused).toBeGreaterThan(0);
    },
  );

  it.for(isFull ? [0, 50, 130, 200, 400, 600, 1_000, 60_000] : [400])(
    'files of no more than %i bytes are misses and refused writes, until they may be larger',
    { timeout: 120_000 },
    async (bytes, context) => {
      needPrlimit(context);
      const report = await runInProcess(
        { cacheRoot: temporaryDirectory(), rounds },
        {
          begin: (pid) => setLimit(pid, 'fsize', bytes),
          end: (pid) => setLimit(pid, 'fsize', 'unlimited'),
        },
      );
      expect(report.problems).toEqual([]);
      expect(report.refused).toBeGreaterThan(0);
    },
  );
});
