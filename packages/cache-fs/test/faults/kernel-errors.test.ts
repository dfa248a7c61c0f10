import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { eventually, temporaryDirectory } from '../support.js';
import { runInProcess } from './tried-process.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const EVERYTHING = 'openat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,pwrite64,fsync';
const RENAMES = 'rename,renameat,renameat2';

/** Errors of the kernel's own, which reach Node as they would from a network disk or a quota. */
const faults: readonly (readonly [calls: string, code: string])[] = [
  [RENAMES, 'ESTALE'],
  ...(isFull
    ? ([
        [EVERYTHING, 'ESTALE'],
        [RENAMES, 'EXDEV'],
        [EVERYTHING, 'EDQUOT'],
        [EVERYTHING, 'EIO'],
        [EVERYTHING, 'EPERM'],
        [RENAMES, 'EBUSY'],
        [RENAMES, 'EPERM'],
        [RENAMES, 'EACCES'],
        ['pwrite64', 'EDQUOT'],
        ['unlink,unlinkat,rmdir', 'EBUSY'],
        ['mkdir,mkdirat', 'ENOSPC'],
        ['fsync', 'EIO'],
      ] as const)
    : []),
];

it.for(faults)(
  '%s answering %s makes misses and refused writes, and nothing else, until it is over',
  {
    timeout: 120_000,
  },
  async ([calls, code], context) => {
    context.skip(process.platform !== 'linux', 'strace is for Linux');
    context.skip(spawnSync('strace', ['-V']).status !== 0, 'strace is not installed');
    context.skip(spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0, 'strace may not trace here');
    let strace: ChildProcess | undefined;
    const end = async () => {
      if (strace === undefined || strace.exitCode !== null || strace.signalCode !== null) return;
      // It detaches, and the process goes on.
      strace.kill('SIGINT');
      await once(strace, 'exit');
    };
    onTestFinished(end);
    const report = await runInProcess(
      {
        cacheRoot: temporaryDirectory(),
        rounds: isFull ? 10 : 2,
        mayLeaveStaged: calls.startsWith('unlink'),
        // Without it a full quota would evict.
        options: { evictionPolicy: 'ttl', ...(calls === 'fsync' && { durability: 'power' }) },
      },
      {
        begin: async (pid) => {
          const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:error=${code}`];
          strace = spawn('strace', ['-f', '-qq', '-o', '/dev/null', ...inject, '-p', `${pid}`], { stdio: 'ignore' });
          await eventually(() => isTraced(pid), 'strace is attached to every thread');
        },
        end,
      },
    );
    expect(report.problems).toEqual([]);
    expect(report.errorCount).toBeGreaterThan(0);
    expect(report.log.join('\n')).toContain(code);
  },
);

function isTraced(pid: number): boolean {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.every((task) => /^TracerPid:\s+[1-9]/m.test(readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8')));
}
