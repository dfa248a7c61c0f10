import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Job } from './fixtures/worker.js';

const WORKER = fileURLToPath(new URL('./fixtures/worker.ts', import.meta.url));

export type Worker = ChildProcessByStdio<null, Readable, Readable>;

/** Starts a process on a job; it is killed when the test ends, if it has not ended before. */
export function startWorker(job: Job): Worker {
  const child = spawn(process.execPath, ['--no-warnings', WORKER, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return child;
}

/** Runs jobs side by side; what each printed last, parsed. */
export function runWorkers<R>(jobs: readonly Job[]): Promise<R[]> {
  return Promise.all(
    jobs.map(async (job) => {
      const child = startWorker(job);
      const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
      if (code !== 0) throw new Error(`the worker ended with ${code}:\n${errors}`);
      return JSON.parse(output.trim().split('\n').at(-1) ?? '') as R;
    }),
  );
}

/** Waits for a process to print its first line. */
export async function firstLine(child: Worker): Promise<void> {
  await once(child.stdout, 'data');
}
