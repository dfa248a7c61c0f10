import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
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
          begin: (pid) => {
            before = Number(/Max open files\s+(\d+)/.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1]);
            const taken = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
            // The limit is one on numbers, and a new file has the lowest that is free.
            const free = Array.from({ length: 200 }, (_, fd) => fd).filter((fd) => !taken.has(fd));
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
