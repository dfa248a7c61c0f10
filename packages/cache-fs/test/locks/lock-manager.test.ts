import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCacheError } from '@glovebox/cache-core';
import { describe, expect, it, vi } from 'vitest';
import type { LockManager } from '../../src/locks/lock-manager.js';
import { processIdentity, threadIdentity } from '../../src/process-identity.js';
import { HAS_PROC, makeManager, makeTempDir, NO_PROC } from './helpers.js';

const DAY_MS = 86_400_000;

/** A lock that is held until `release`. */
async function hold(
  locks: LockManager,
  name: string,
  mode: 'exclusive' | 'shared' = 'exclusive',
): Promise<() => Promise<void>> {
  let end = () => {};
  let done: Promise<void> | undefined;
  await new Promise<void>((held, reject) => {
    const fn = () =>
      new Promise<void>((resolve) => {
        end = resolve;
        held();
      });
    done = mode === 'exclusive' ? locks.withExclusive(name, fn) : locks.withShared(name, fn);
    done.catch(reject);
  });
  return async () => {
    end();
    await done;
  };
}

/** Leaves what a process would that claimed generation 7 of lock x and wrote `record`. */
function plantClaim(dir: string, record: string): string {
  const claim = join(dir, 'locks', 'lock-x', '7.lock');
  mkdirSync(claim, { recursive: true });
  writeFileSync(join(claim, 'held-00000000000000aa'), record);
  return claim;
}

describe.each([
  { title: 'between processes', crossProcess: true },
  { title: 'in one process', crossProcess: false },
])('locks $title', ({ crossProcess }) => {
  const make = (options = {}) => makeManager(makeTempDir(), { crossProcess, ...options });

  it('returns what the callback returns, and frees the lock when it throws', async () => {
    const locks = make();
    expect(await locks.withExclusive('x', () => 1)).toBe(1);
    await expect(locks.withExclusive('x', () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    expect(await locks.withShared('x', async () => 2)).toBe(2);
    expect(await locks.withExclusive('x', () => 3, { timeoutMs: 0 })).toBe(3);
  });

  it('lets callers in one at a time, in the order in which they came, each with a greater token', async () => {
    const locks = make();
    const order: number[] = [];
    const tokens: number[] = [];
    let inside = 0;
    const call = (index: number) =>
      locks.withExclusive('x', async (lock) => {
        expect(++inside).toBe(1);
        order.push(index);
        tokens.push(lock.fencingToken);
        await new Promise(setImmediate);
        inside--;
      });
    await Promise.all(Array.from({ length: 20 }, (_, index) => call(index)));
    expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(tokens).toEqual([...tokens].sort((a, b) => a - b));
    expect(new Set(tokens).size).toBe(20);
  });

  it('lets readers in together, keeps writers out, and no reader past a waiting writer', async () => {
    const locks = make();
    const order: string[] = [];
    const [endFirst, endSecond] = [await hold(locks, 'x', 'shared'), await hold(locks, 'x', 'shared')];
    const writer = locks.withExclusive('x', () => order.push('writer'));
    const reader = locks.withShared('x', () => order.push('reader'));
    await endFirst();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(order).toEqual([]);
    await endSecond();
    await Promise.all([writer, reader]);
    expect(order).toEqual(['writer', 'reader']);
  });

  it('lets readers go on that queued behind a writer who gave up', async () => {
    const locks = make();
    const end = await hold(locks, 'x', 'shared');
    const writer = locks.withExclusive('x', () => 'writer', { timeoutMs: 30 });
    const reader = locks.withShared('x', () => 'reader');
    await expect(writer).rejects.toMatchObject({ code: 'CACHE_LOCK_TIMEOUT' });
    expect(await reader).toBe('reader');
    await end();
  });

  it('tells after the timeout which lock, how long, and who holds it', async () => {
    const locks = make({ lockTimeoutMs: 40 });
    const end = await hold(locks, 'some-lock');
    const error = await locks.withShared('some-lock', () => undefined).catch((reason: unknown) => reason);
    if (!isCacheError(error, 'CACHE_LOCK_TIMEOUT')) throw error;
    expect(error.message).toMatch(/^Lock 'some-lock' was not free within \d+ ms: held by pid \d+ \(this process\) on /);
    const waitedMs = Number(/within (\d+) ms/.exec(error.message)?.[1]);
    expect(waitedMs).toBeGreaterThanOrEqual(39);
    await end();
  });

  it('is not re-entrant: taken again inside its own callback it times out', async () => {
    const locks = make({ lockTimeoutMs: 30 });
    const nested = locks.withExclusive('x', () => locks.withExclusive('x', () => 'inner'));
    await expect(nested).rejects.toMatchObject({ code: 'CACHE_LOCK_TIMEOUT' });
    const upgrade = locks.withShared('x', () => locks.withExclusive('x', () => 'inner'));
    await expect(upgrade).rejects.toMatchObject({ code: 'CACHE_LOCK_TIMEOUT' });
    expect(await locks.withExclusive('x', () => 'free again')).toBe('free again');
  });

  it('stops waiting when the signal is aborted, and leaves no listener on it', async () => {
    const locks = make();
    const end = await hold(locks, 'x');
    const controller = new AbortController();
    const added = vi.spyOn(controller.signal, 'addEventListener');
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    const waiting = locks.withExclusive('x', () => 'late', { signal: controller.signal });
    controller.abort(new Error('changed my mind'));
    await expect(waiting).rejects.toThrow('changed my mind');
    await expect(locks.withExclusive('x', () => 'late', { signal: controller.signal })).rejects.toThrow(
      'changed my mind',
    );
    await end();
    await expect(locks.withExclusive('x', () => 'late', { signal: controller.signal })).rejects.toThrow(
      'changed my mind',
    );
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
    expect(await locks.withExclusive('x', () => 'free')).toBe('free');
  });

  it('tries without waiting', async () => {
    const locks = make();
    const lock = await locks.tryExclusive('x');
    expect(lock?.isHeld()).toBe(true);
    expect(await locks.tryExclusive('x')).toBeUndefined();
    await lock?.release();
    await lock?.release();
    expect(lock?.isHeld()).toBe(false);
    const endReader = await hold(locks, 'x', 'shared');
    expect(await locks.tryExclusive('x')).toBeUndefined();
    await endReader();
    expect(await locks.tryExclusive('x')).toBeDefined();
  });

  it('gives the lock to the one who waits, not to one who tries at the moment of its release', async () => {
    const locks = make();
    const first = await locks.tryExclusive('x');
    const waiting = locks.withExclusive('x', (lock) => lock.isHeld());
    const released = first?.release();
    expect(await locks.tryExclusive('x')).toBeUndefined();
    expect(await waiting).toBe(true);
    await released;
  });

  it('releases all on close, rejects those who wait, and everything afterwards', async () => {
    const locks = make();
    const held = await locks.tryExclusive('x');
    const waiting = locks.withExclusive('x', () => 'late');
    const waitingReader = locks.withShared('x', () => 'late');
    const opening = locks.withExclusive('y', () => 'late');
    const settled = Promise.allSettled([waiting, waitingReader, opening]);
    await locks.close();
    for (const result of await settled) expect(result).toMatchObject({ reason: { code: 'CACHE_CLOSED' } });
    expect(held?.isHeld()).toBe(false);
    await held?.release();
    await locks.close();
    for (const call of [
      locks.withExclusive('x', () => 1),
      locks.withShared('x', () => 1),
      locks.tryExclusive('x'),
      locks.sweep(),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
    }
  });

  it('refuses names that could be more than a file name, and options that are no durations', async () => {
    const locks = make();
    for (const name of ['', 'A', '../x', 'a/b', 'a.b', 'x'.repeat(129), 'é']) {
      await expect(locks.withExclusive(name, () => 1)).rejects.toMatchObject({ code: 'CACHE_INVALID_KEY' });
      await expect(locks.tryExclusive(name)).rejects.toMatchObject({ code: 'CACHE_INVALID_KEY' });
    }
    expect(await locks.withExclusive('x'.repeat(128), () => 1)).toBe(1);
    await expect(locks.withShared('x', () => 1, { timeoutMs: -1 })).rejects.toMatchObject({
      code: 'CACHE_INVALID_CONFIG',
    });
    expect(() => make({ lockTimeoutMs: Number.NaN })).toThrow(
      expect.objectContaining({ code: 'CACHE_INVALID_CONFIG' }),
    );
  });
});

describe('lock files', () => {
  it('are not touched where only this process is to be locked out', async () => {
    const dir = makeTempDir();
    const locks = makeManager(dir, { crossProcess: false });
    await locks.withExclusive('x', () => undefined);
    await locks.withShared('x', () => undefined);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('lock two instances in one process out of each other', async () => {
    const dir = makeTempDir();
    const [one, two] = [makeManager(dir), makeManager(dir, { lockTimeoutMs: 50 })];
    const end = await hold(one, 'x');
    await expect(two.withExclusive('x', () => 1)).rejects.toThrow('(this process)');
    await expect(two.withShared('x', () => 1)).rejects.toMatchObject({ code: 'CACHE_LOCK_TIMEOUT' });
    expect(await two.tryExclusive('x')).toBeUndefined();
    await end();
    const endReader = await hold(one, 'x', 'shared');
    expect(await two.withShared('x', () => 'beside')).toBe('beside');
    expect(await two.tryExclusive('x')).toBeUndefined();
    await expect(two.withExclusive('x', () => 1)).rejects.toMatchObject({ code: 'CACHE_LOCK_TIMEOUT' });
    await endReader();
    expect(await two.withExclusive('x', () => 'alone')).toBe('alone');
  });

  it('give others their turn while many callers of one instance take the lock one after another', async () => {
    const dir = makeTempDir();
    const [busy, other] = [makeManager(dir), makeManager(dir)];
    const order: string[] = [];
    // For 300 ms at least, with no gap in which a timer could fire: the other would never see the lock free.
    const work = () => new Promise<void>((resolve) => setTimeout(resolve, 3)).then(() => order.push('busy'));
    const flood = Array.from({ length: 100 }, () => busy.withExclusive('x', work));
    await other.withExclusive('x', () => order.push('other'));
    await Promise.all(flood);
    expect(order.indexOf('other')).toBeLessThan(100);
    expect(order).toHaveLength(101);
  });

  it('keep one generation a lock, and none once idle locks are swept', async () => {
    const dir = makeTempDir();
    const locks = makeManager(dir);
    for (let turn = 0; turn < 5; turn++) await locks.withExclusive('x', () => undefined);
    await locks.withShared('x', () => undefined);
    expect(readdirSync(join(dir, 'locks', 'lock-x'))).toHaveLength(1);

    const later = makeManager(dir, { now: () => Date.now() + 120_000 });
    const before = await locks.withExclusive('y', (lock) => lock.fencingToken);
    const end = await hold(locks, 'busy');
    expect(await locks.sweep(), 'not idle for long enough').toBe(0);
    expect(await later.sweep()).toBe(2);
    expect(readdirSync(join(dir, 'locks'))).toEqual(['lock-busy']);
    expect(await later.withExclusive('y', (lock) => lock.fencingToken)).toBeGreaterThan(before);
    await end();
  });

  it('are swept by close, a few for each lock that was taken', async () => {
    const dir = makeTempDir();
    const locks = makeManager(dir);
    for (let index = 0; index < 6; index++) await locks.withExclusive(`x${index}`, () => undefined);
    const later = makeManager(dir, { now: () => Date.now() + 120_000 });
    await later.withExclusive('x0', () => undefined);
    await later.close();
    expect(readdirSync(join(dir, 'locks')).length).toBeLessThanOrEqual(5);
  });

  it('may vanish: the holder is told when it asks, and nobody is disturbed', async () => {
    const dir = makeTempDir();
    const locks = makeManager(dir);
    await locks.withExclusive('x', async (lock) => {
      rmSync(join(dir, 'locks'), { recursive: true });
      expect(lock.isHeld()).toBe(false);
    });
    expect(await locks.withExclusive('x', (lock) => lock.isHeld())).toBe(true);
  });

  it('reject with CACHE_BACKEND_FAILED and the cause where they cannot be made', async () => {
    const dir = makeTempDir();
    writeFileSync(join(dir, 'locks'), 'a file');
    const locks = makeManager(dir);
    const refused = { code: 'CACHE_BACKEND_FAILED', cause: { code: 'ENOTDIR' } };
    await expect(locks.withExclusive('x', () => 1)).rejects.toMatchObject(refused);
    await expect(locks.withShared('x', () => 1)).rejects.toMatchObject(refused);
    await expect(locks.tryExclusive('x')).rejects.toMatchObject(refused);
    const orphan = makeManager(join(dir, 'missing'));
    const failing = orphan.withExclusive('x', () => 1);
    await expect(failing).rejects.toMatchObject({ code: 'CACHE_BACKEND_FAILED', cause: { code: 'ENOENT' } });
    rmSync(join(dir, 'locks'));
    expect(await locks.withExclusive('x', () => 'works again')).toBe('works again');
  });

  it('are made by the given function when their directory is missing', async () => {
    const dir = join(makeTempDir(), 'deep');
    const locks = makeManager(dir, { makeLocksDir: () => mkdirSync(join(dir, 'locks'), { recursive: true }) });
    expect(await locks.withExclusive('x', () => 1)).toBe(1);
  });

  it.for([
    ['a process that is gone', { ...processIdentity(), pid: 2 ** 30 }],
    ['a process whose pid another has now', { ...processIdentity(), startTime: '1' }],
    ['a run of the machine before a restart', { ...processIdentity(), bootId: 'another' }],
  ])('of %s are taken over at once, even dated in the future', async ([, identity], context) => {
    context.skip(!HAS_PROC, 'there is no /proc to judge processes by');
    const dir = makeTempDir();
    const claim = plantClaim(dir, JSON.stringify(identity));
    utimesSync(claim, new Date(Date.now() + DAY_MS), new Date(Date.now() + DAY_MS));
    const locks = makeManager(dir);
    expect((await locks.tryExclusive('x'))?.fencingToken).toBe(8);
    expect(existsSync(claim)).toBe(false);
  });

  const foreign = JSON.stringify({ ...threadIdentity(), host: 'elsewhere', bootId: 'another' });
  it.each([
    ['of another machine', foreign, {}],
    ['with a damaged record', '{"pid":', {}],
    ['dated far in the future', foreign, { now: () => Date.now() - DAY_MS }],
    [
      'of a living pid that may be another process',
      JSON.stringify({ pid: process.pid, host: threadIdentity().host }),
      NO_PROC,
    ],
  ])('%s bind others until their heartbeat is old, and seen not to move', async (_, record, options) => {
    const dir = makeTempDir();
    plantClaim(dir, record);
    const fresh = makeManager(dir, { ...options, now: Date.now, staleMs: 60_000 });
    expect(await fresh.tryExclusive('x')).toBeUndefined();
    const locks = makeManager(dir, { now: () => Date.now() + DAY_MS, ...options, staleMs: 60_000, updateMs: 20 });
    expect(await locks.tryExclusive('x'), 'seen for the first time').toBeUndefined();
    expect(await locks.withExclusive('x', (lock) => lock.fencingToken)).toBe(8);
  });

  it('that a crash left without a record, or an empty one, bind nobody for longer than a moment', async () => {
    const dir = makeTempDir();
    mkdirSync(join(dir, 'locks', 'lock-x', '9.lock'), { recursive: true });
    mkdirSync(join(dir, 'locks', 'lock-x', 'r00.lock'));
    plantClaim(dir, '');
    const locks = makeManager(dir, { lockTimeoutMs: 2_000 });
    expect(await locks.withExclusive('x', (lock) => lock.fencingToken)).toBe(10);
    expect(readdirSync(join(dir, 'locks', 'lock-x'))).toEqual(['10.lock']);
  });

  it('end with their process: nothing about a held lock keeps it alive, and no listener is added per instance', () => {
    const dir = makeTempDir();
    const url = new URL('../../dist/locks/lock-manager.js', import.meta.url).href;
    const script = `
      import { LockManager } from ${JSON.stringify(url)};
      const count = () => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
      const before = count();
      const make = () => new LockManager({ locksDir: ${JSON.stringify(join(dir, 'locks'))}, crossProcess: true });
      const first = make();
      if (count() !== before) throw new Error('listeners before the first lock');
      await first.tryExclusive('a');
      const after = count();
      for (let index = 0; index < 5; index++) await make().tryExclusive('b' + index);
      if (count() !== after) throw new Error('listeners per instance');
      await first.withExclusive('c', () => {});
      await first.withShared('c', () => {});
      const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
      if (timers.length > 0) throw new Error('a timer keeps the process alive');
      first.withExclusive('d', () => new Promise(() => {}));
    `;
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 10_000,
    });
    expect(result).toMatchObject({ status: 0, signal: null, stderr: '' });
  });
});
