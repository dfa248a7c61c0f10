import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { fillStore } from './fill-store.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';

export interface Watched<T> {
  readonly result: T;
  readonly ms: number;
  /** What of it is the processor's: a busy machine lengthens it less. */
  readonly cpuMs: number;
  /** Of the event loop, which others had as well. */
  readonly turns: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
}

export interface Figures {
  /** From nothing to the first value. */
  readonly openMs: number;
  readonly openCpuMs: number;
  readonly openBytesPerEntry: number;
  readonly found: number;
  readonly getUs: number;
  readonly missUs: number;
  readonly cleanup: Watched<number>;
  readonly left: number;
  readonly whole: WholeFigures | undefined;
  readonly rssMb: number;
}

interface WholeFigures {
  readonly listed: Watched<number>;
  readonly indexed: Watched<boolean>;
  readonly indexBytesPerEntry: number;
  readonly afterEviction: number;
}

/** In memory if there is room: making and removing so many files takes a disk longer than all else. */
function makeFolder(count: number): string {
  const path = mkdtempSync(join(isRoomy('/dev/shm', count) ? '/dev/shm' : tmpdir(), 'glovebox-scale-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function isRoomy(path: string, count: number): boolean {
  try {
    const { bavail, bsize, ffree } = statfsSync(path);
    return Math.min(bavail * bsize, freemem()) > count * 10_000 && ffree > count * 2;
  } catch {
    return false;
  }
}

function measure(cacheRoot: string, count: number): Figures {
  const program = fileURLToPath(new URL('./fixtures/measure.ts', import.meta.url));
  const job = JSON.stringify({ cacheRoot, count, isBrief: !isFull });
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', '--expose-gc', program, job], {
    encoding: 'utf8',
    timeout: 7_000_000,
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

it('a store of many entries opens without looking at them, is read, cleaned up and limited', {
  timeout: 10_000_000,
}, async () => {
  const count = isFull ? 1_000_000 : 100_000;
  const cacheRoot = join(makeFolder(count), 'root');
  await fillStore(cacheRoot, count);
  const figures = measure(cacheRoot, count);
  if (isFull) console.log(`${count} entries in ${cacheRoot}: ${JSON.stringify(figures)}`);

  const left = count * 0.9;
  expect(figures).toMatchObject({ found: 2_000, cleanup: { result: count - left }, left });
  // Neither time nor memory of these may grow with the number of entries: a look at each would take seconds.
  expect(figures.openCpuMs).toBeLessThan(500);
  expect(figures.openBytesPerEntry).toBeLessThan(20);
  // Others get their turn at least every hundred entries. How long that takes is the machine's load as well.
  expect(figures.cleanup.turns).toBeGreaterThan(count / 100);

  const { whole } = figures;
  if (whole === undefined) return;
  expect(whole.listed.result).toBe(left);
  expect(whole.indexBytesPerEntry).toBeLessThan(400);
  expect(whole.afterEviction).toBeLessThanOrEqual(left + 1);
  expect(whole.afterEviction).toBeGreaterThan(left * 0.89);
  for (const { turns } of [whole.listed, whole.indexed]) expect(turns).toBeGreaterThan(left / 100);
});
