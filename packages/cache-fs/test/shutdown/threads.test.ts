import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { openCache, temporaryDirectory } from '../support.js';
import { PROGRAM } from './run-program.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const KINDS = ['small', 'blob', 'computed'] as const;

export interface ThreadJob {
  readonly cacheRoot: string;
  readonly index: number;
  /** By kind: how many were acknowledged. */
  readonly stored: Int32Array;
  /** Stores of each kind, if it is not terminated before. */
  readonly after: number;
  readonly closes: boolean;
}

function startThread(job: Omit<ThreadJob, 'stored'>): { worker: Worker; stored: Int32Array; ended: Promise<unknown> } {
  const stored = new Int32Array(new SharedArrayBuffer(KINDS.length * 4));
  const worker = new Worker(new URL('./fixtures/thread.ts', import.meta.url), { workerData: { ...job, stored } });
  return { worker, stored, ended: once(worker, 'exit') };
}

it('worker threads that end, close or are terminated in the middle lose nothing that they were told', {
  timeout: 300_000,
}, async (context) => {
  context.skip(!existsSync('/proc/self/stat'), 'there is no /proc to judge threads by');
  const cacheRoot = temporaryDirectory();
  const after = isFull ? 200 : 25;
  const threads = Array.from({ length: isFull ? 12 : 3 }, (_, index) => ({
    index,
    isTerminated: index % 3 === 0,
    ...startThread({ cacheRoot, index, after, closes: index % 3 === 1 }),
  }));
  for (const { worker, stored, isTerminated } of threads) {
    if (!isTerminated) continue;
    await expect.poll(() => Math.min(...stored), { interval: 5, timeout: 120_000 }).toBeGreaterThan(5);
    await worker.terminate();
  }
  await Promise.all(threads.map(({ ended }) => ended));

  const cache = openCache({ cacheRoot, lockTimeoutMs: 2_000 });
  let acknowledged = 0;
  for (const { index, stored, isTerminated } of threads) {
    if (!isTerminated) expect([...stored]).toEqual(KINDS.map(() => after));
    for (const [kind, name] of KINDS.entries()) {
      const count = stored[kind] ?? 0;
      acknowledged += count;
      for (let round = 0; round < count; round++) expect(await cache.exists(`${index}-${kind}-${round}`)).toBe(true);
      const last = `${index}-${kind}-${count - 1}`;
      expect(await cache.get(last)).toEqual(name === 'blob' ? Buffer.alloc(100_000, 'b') : last);
    }
  }
  const terminated = threads.filter(({ isTerminated }) => isTerminated).length;
  const { setCount, errorCount } = await cache.getStats();
  expect(setCount).toBeGreaterThanOrEqual(acknowledged);
  expect(setCount).toBeLessThanOrEqual(acknowledged + terminated * KINDS.length);
  expect(errorCount).toBe(0);
  for (const { index } of threads) {
    const key = `${index}-2-${after}`;
    expect(await cache.getOrSet(key, () => 'had at once')).toBeDefined();
    await cache.withLock(key, 'exclusive', () => {});
  }
  await cache.cleanup();
  expect((await cache.getStats()).totalEntries).toBe(readdirSync(join(cacheRoot, 'data')).length - 1);
});

it('the workers of a cluster share a store, and nothing of it keeps them once they leave', {
  timeout: 200_000,
}, async () => {
  const cacheRoot = temporaryDirectory();
  const primary = fileURLToPath(new URL('./fixtures/cluster-primary.ts', import.meta.url));
  const job = { cacheRoot, program: PROGRAM, workers: isFull ? 8 : 2, after: 30 };
  const result = spawnSync(process.execPath, ['--no-warnings', primary, JSON.stringify(job)], {
    encoding: 'utf8',
    timeout: 180_000,
  });
  expect(result.status, result.stderr).toBe(0);
  const [keys, exits] = [/^(?:small|blob|computed)-/, /^exit /].map((shape) =>
    result.stdout.split('\n').filter((line) => shape.test(line)),
  );
  expect(exits).toEqual(Array.from({ length: job.workers }, () => 'exit 0 null'));
  const cache = openCache({ cacheRoot });
  for (const key of keys ?? []) expect(await cache.exists(key), key).toBe(true);
  // They stopped by themselves, so that each has heard of everything it stored.
  expect((await cache.getStats()).setCount).toBe(keys?.length);
});
