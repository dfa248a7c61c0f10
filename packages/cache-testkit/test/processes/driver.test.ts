import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessDriver, type ProcessDriverOptions, type TypedRoutine } from '@glovebox/cache-testkit';
import { describe, expect, it, onTestFinished } from 'vitest';

const target = new URL('../file-target.ts', import.meta.url).href;
const module = new URL('./fixtures/routines.ts', import.meta.url).href;
const routine = <A, R>(name: string): TypedRoutine<A, R> => ({ module, name });

function openDriver(options: Partial<ProcessDriverOptions> = {}): ProcessDriver {
  const directory = mkdtempSync(join(tmpdir(), 'driver-'));
  const driver = new ProcessDriver({ target, directory, ...options });
  onTestFinished(async () => {
    await driver.dispose();
    rmSync(directory, { recursive: true });
  });
  return driver;
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('the process driver', () => {
  it('runs a routine in processes of their own, on one store', async () => {
    const driver = openDriver();
    const results = await driver.run(routine<{ key: string }, { pid: number; value: unknown }>('setAndRead'), [
      { key: 'a' },
      { key: 'b' },
    ]);
    expect(results.map(({ value }) => value)).toEqual([{ number: 1 }, { number: 2 }]);
    expect(new Set([...results.map(({ pid }) => pid), process.pid]).size).toBe(3);
  });

  it('exchanges messages with a routine, and asks it to end', async () => {
    const driver = openDriver();
    const [worker] = await driver.start(routine<null, number>('echo'), [null]);
    worker?.tell({ a: new Map([[1, undefined]]) });
    expect(await worker?.nextReport()).toEqual({ a: new Map([[1, undefined]]) });
    worker?.tell('again');
    expect(await worker?.nextReport()).toBe('again');
    expect(await worker?.stop()).toBe(2);
    await expect(worker?.nextReport()).rejects.toThrow('process 1 ended without a report');
  });

  it('has what was reported before a kill -9, and knows when the process was gone', async () => {
    const driver = openDriver();
    const [worker] = await driver.start(routine<null, never>('noteUntilKilled'), [null]);
    let reported = 0;
    while (reported < 5) reported = Number(await worker?.nextReport());
    expect(worker?.exitedAt).toBeUndefined();
    await worker?.kill();
    await expect(worker?.result).rejects.toThrow('process 1 was ended by SIGKILL before its routine did');
    expect(worker?.exitedAt).toBeTypeOf('number');
    expect(isAlive(worker?.pid)).toBe(false);
    for (;;) {
      const next = await worker?.nextReport().catch(() => undefined);
      if (next === undefined) break;
      reported = Number(next);
    }
    const noted = readFileSync(join(driver.notesDirectory, 'count'), 'utf8').trim().split('\n').length;
    expect(noted - reported).toBeGreaterThanOrEqual(0);
    expect(noted - reported).toBeLessThanOrEqual(1);
  });

  it.each([
    ['fail', 'process 1 failed: as asked'],
    ['exit', 'process 1 ended with exit code 3 before its routine did; it wrote: about to exit'],
    ['missing', "exports no function 'missing'"],
  ])('tells what went wrong in a process: %s', async (name, message) => {
    const driver = openDriver();
    await expect(driver.run(routine<null, never>(name), [null])).rejects.toThrow(message);
  });

  it('tells of a module that is no target', async () => {
    const driver = openDriver({ target: module });
    await expect(driver.run(routine<null, never>('pid'), [null])).rejects.toThrow('is no target');
  });

  it('ends a routine that hangs, and leaves no process behind', async () => {
    const driver = openDriver({ timeoutSeconds: 0.5 });
    const worker = driver.load(routine<null, never>('hang'), null, { isFresh: true });
    await worker.loaded.catch(() => {});
    void worker.go().catch(() => {});
    await expect(worker.result).rejects.toThrow('process 1 did not end within 0.5 seconds: an operation hangs');
    await worker.kill();
    expect(isAlive(worker.pid)).toBe(false);
  });

  it('gives a routine its time anew when it reports', async () => {
    const driver = openDriver({ timeoutSeconds: 3 });
    await expect(driver.run(routine<null, undefined>('reportSlowly'), [null])).resolves.toEqual([undefined]);
  });

  it('kills what still runs when it is disposed of', async () => {
    const driver = openDriver();
    const [worker] = await driver.start(routine<null, never>('hang'), [null]);
    const { notesDirectory } = driver;
    await driver.dispose();
    expect(isAlive(worker?.pid)).toBe(false);
    expect(existsSync(notesDirectory)).toBe(false);
  });

  it('uses a process again whose routine has ended, unless a fresh one is asked for', async () => {
    const driver = openDriver();
    const [first] = await driver.run(routine<null, number>('pid'), [null]);
    const [second] = await driver.run(routine<null, number>('pid'), [null]);
    const [third] = await driver.run(routine<null, number>('pid'), [null], { isFresh: true });
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });
});
