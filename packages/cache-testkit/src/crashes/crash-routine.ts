import { readlinkSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type CacheManager, type CacheStats, type Clock, systemClock } from '@glovebox/cache-core';
import { routineOf } from '../processes/driver.js';
import type { RoutineContext } from '../processes/protocol.js';
import { type CrashOperation, type CrashOperationName, crashOperation } from './operations.js';

/** A link of this name, in the folder of notes, starts the operation. */
export const START_LINK = 'start';
/** The process looks for a link of this name when the operation has ended. */
export const END_LINK = 'end';

export interface CrashArgs {
  readonly operation: CrashOperationName;
  /** The process finds the entries there already. */
  readonly isPrepared: boolean;
}

/** What a process says of itself before it waits for its start. */
export interface CrashReady {
  /** Thread that file operations of the pool run in; there is one. */
  readonly poolThread: number;
  /** The statistics of what was acknowledged. */
  readonly stats: CacheStats;
}

/** Stores what the operation needs, waits for the start, and runs it. It is expected to be killed. */
export async function crash({ args, notesDirectory, open, report }: RoutineContext<CrashArgs>): Promise<void> {
  const operation = crashOperation(args.operation);
  const cache = await open(operation.config);
  if (!args.isPrepared) await store(cache, operation);
  const stats = await cache.getStats();
  await operation.prepare?.(cache, (milliseconds) => open(operation.config, lateClock(milliseconds)));
  const poolThread = await poolThreadOf();
  const ready: CrashReady = { poolThread, stats: args.operation === 'open' ? stats : await cache.getStats() };
  report(ready);
  waitFor(join(notesDirectory, START_LINK));
  await operation.run(cache, () => open(operation.config));
  look(join(notesDirectory, END_LINK));
  report('acknowledged');
}

export const crashRoutine = routineOf(import.meta.url, crash);

async function store(cache: CacheManager, { before }: CrashOperation): Promise<void> {
  for (const [key, value] of Object.entries(before)) {
    if (!(await cache.set(key, value))) throw new Error(`set('${key}') was not stored`);
  }
}

function lateClock(milliseconds: number): Clock {
  return { ...systemClock, now: () => systemClock.now() - milliseconds };
}

/** Linux names the thread that asks, which here is the pool's. */
async function poolThreadOf(): Promise<number> {
  return Number((await readlink('/proc/thread-self').catch(() => '')).split('/').at(-1));
}

/**
 * Blocks, and makes no call that a cache makes: calls are counted from here, and a message would be awaited in an
 * unforeseeable number of them.
 */
function waitFor(link: string): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  while (!look(link)) Atomics.wait(never, 0, 0, 1);
}

function look(link: string): boolean {
  try {
    readlinkSync(link);
    return true;
  } catch {
    return false;
  }
}
