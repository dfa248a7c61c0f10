import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CacheStats } from '@glovebox/cache-core';
import type { ProcessDriver } from '../processes/driver.js';
import { WorkerFailure, type WorkerProcess } from '../processes/worker-process.js';
import { type CrashReady, crashRoutine, START_LINK } from './crash-routine.js';
import { type KillPoint, killPointsOf } from './kill-points.js';
import { type CrashOperationName, crashOperation } from './operations.js';
import { parseRecording, Strace } from './strace.js';

/** One thread in libuv's pool: with more, which of them makes a call is decided by chance. */
const ONE_POOL_THREAD = { UV_THREADPOOL_SIZE: '1' };

/** A store of its own, and what is done there. */
export interface CrashSite {
  readonly driver: ProcessDriver;
  readonly directory: string;
  readonly operation: CrashOperationName;
}

export interface CrashOutcome {
  /** The operation resolved, and its process has told so. */
  readonly isAcknowledged: boolean;
  /** The statistics of what was acknowledged before the operation. */
  readonly stats: CacheStats;
}

/** An operation that was not disturbed. */
export interface Undisturbed extends CrashOutcome {
  readonly tookMs: number;
  /** The calls before which it can be killed; none where it can't be followed. */
  readonly points: readonly KillPoint[];
}

/** Runs the operation to its end. @param canFollow whether its system calls can be recorded */
export async function runUndisturbed(site: CrashSite, canFollow: boolean): Promise<Undisturbed> {
  const { worker, ready } = await prepare(site);
  const pid = pidOf(worker);
  const recording = join(site.driver.notesDirectory, 'calls');
  const strace = canFollow ? await Strace.record(pid, recording) : undefined;
  const startedAt = performance.now();
  const isAcknowledged = await finish(site, worker);
  const tookMs = performance.now() - startedAt;
  await worker.kill();
  await strace?.ended();
  const threads = { main: pid, pool: ready.poolThread };
  const points = canFollow ? killPointsOf(parseRecording(recording), site.directory, threads) : [];
  return { isAcknowledged, stats: ready.stats, tookMs, points };
}

/** Runs the operation in a process that is killed before the call, or runs to its end if it makes fewer. */
export async function crashAt(site: CrashSite, { thread, name, nth }: KillPoint): Promise<CrashOutcome> {
  const { worker, ready } = await prepare(site);
  const strace = await Strace.killAt({ thread: thread === 'main' ? pidOf(worker) : ready.poolThread, name, nth });
  const isAcknowledged = await finish(site, worker);
  await worker.kill();
  await strace.ended();
  return { isAcknowledged, stats: ready.stats };
}

/** Runs the operation in a process that is killed so many milliseconds after its start. */
export async function crashAfter(site: CrashSite, milliseconds: number): Promise<CrashOutcome> {
  const { worker, ready } = await prepare(site);
  const killed = delay(milliseconds).then(() => worker.kill());
  const isAcknowledged = await finish(site, worker);
  await killed;
  return { isAcknowledged, stats: ready.stats };
}

interface Prepared {
  /** Waits for its start. */
  readonly worker: WorkerProcess<void>;
  readonly ready: CrashReady;
}

async function prepare({ driver, operation }: CrashSite): Promise<Prepared> {
  const begin = async (isPrepared: boolean) => {
    const worker = driver.load(crashRoutine, { operation, isPrepared }, { isFresh: true, env: ONE_POOL_THREAD });
    await worker.go();
    return { worker, ready: (await worker.nextReport()) as CrashReady };
  };
  if (crashOperation(operation).isHeir !== true) return begin(false);
  const predecessor = await begin(false);
  await predecessor.worker.kill();
  return begin(true);
}

/** Starts the operation; whether it ended before its process did. */
async function finish({ driver }: CrashSite, worker: WorkerProcess<void>): Promise<boolean> {
  const { notesDirectory } = driver;
  symlinkSync(notesDirectory, join(notesDirectory, START_LINK), 'junction');
  try {
    return (await worker.nextReport()) === 'acknowledged';
  } catch (error) {
    if (error instanceof WorkerFailure && error.message.includes('SIGKILL')) return false;
    throw error;
  }
}

function pidOf({ pid }: WorkerProcess<void>): number {
  if (pid === undefined) throw new Error('a process could not be started');
  return pid;
}
