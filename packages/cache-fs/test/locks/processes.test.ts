import { once } from 'node:events';
import { appendFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { Contender, FULL, findOverlaps, HAS_PROC, makeManager, makeTempDir, NO_PROC } from './helpers.js';

const PROCESSES = 4;

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

describe('locks between processes', () => {
  it('passes a lock whose holder was killed to one process at a time', { timeout: 600_000 }, async () => {
    const rounds = FULL ? 1000 : 60;
    const dir = makeTempDir();
    const victim = Contender.start(dir);
    const contenders = Array.from({ length: PROCESSES }, () => Contender.start(dir));
    for (let round = 0; round < rounds; round++) {
      await victim.tell({ op: 'hold', name: `round-${round}`, mode: 'exclusive' });
    }
    await victim.kill();
    for (let round = 0; round < rounds; round++) {
      const name = `round-${round}`;
      const log = join(dir, name);
      const section = { op: 'section', name, log, workMs: 1 } as const;
      const tokens = await Promise.all(contenders.map((contender) => contender.tell(section)));
      expect(new Set(tokens).size, 'a token of its own for each holder').toBe(PROCESSES);
      expect(findOverlaps(log)).toEqual({ sections: PROCESSES, overlaps: [] });
    }
  });

  it('passes locks of holders that cannot be judged to one process at a time', { timeout: 60_000 }, async () => {
    const names = Array.from({ length: 25 }, (_, index) => `lock-${index}`);
    const dir = makeTempDir();
    const options = { ...NO_PROC, staleMs: 100, updateMs: 1000, lockTimeoutMs: 20_000 };
    // It sees /proc and the others do not: they can't judge its identity.
    const victim = Contender.start(dir);
    for (const name of names) await victim.tell({ op: 'hold', name, mode: 'exclusive' });
    await victim.kill();
    const contenders = Array.from({ length: PROCESSES }, () => Contender.start(dir, options));
    const tell = (contender: Contender, name: string) =>
      contender.tell({ op: 'section', name, log: join(dir, name), workMs: 1 });
    await Promise.all(contenders.flatMap((contender) => names.map((name) => tell(contender, name))));
    for (const name of names) expect(findOverlaps(join(dir, name))).toEqual({ sections: PROCESSES, overlaps: [] });
  });

  it.each([
    { mode: 'writers', readers: 0 },
    { mode: 'readers and writers', readers: 0.6 },
  ])(
    'lets no critical sections of $mode overlap while processes are killed',
    { timeout: 600_000 },
    async ({ mode, readers }) => {
      const kills = FULL ? 1000 : 30;
      const dir = makeTempDir();
      const log = join(dir, 'log');
      const names = ['a', 'b'];
      const start = () => {
        const contender = Contender.start(dir);
        const killed = contender.tell({ op: 'loop', names, log, workMs: 1, readers }).catch((error: Error) => error);
        return { contender, killed };
      };
      const running = Array.from({ length: PROCESSES }, start);
      for (let kill = 0; kill < kills; kill++) {
        const before = countBytes(names, log);
        await expect.poll(() => countBytes(names, log), { interval: 2, timeout: 10_000 }).toBeGreaterThan(before + 300);
        const victim = running.shift();
        if (victim === undefined) throw new Error('nobody left');
        await victim.contender.kill();
        expect(String(await victim.killed), 'nothing else ended it').toContain('the process ended');
        running.push(start());
      }
      for (const { contender } of running) await contender.kill();
      const found = names.map((name) => findOverlaps(`${log}-${name}`));
      expect(found.flatMap(({ overlaps }) => overlaps)).toEqual([]);
      const sections = found.reduce((sum, each) => sum + each.sections, 0);
      expect(sections).toBeGreaterThan(2 * kills);
      if (FULL) console.log(`${sections} critical sections of ${mode} under ${kills} kills`);
    },
  );

  it('hands over within 20 ms, typically', async () => {
    const dir = makeTempDir();
    const [first, second] = [Contender.start(dir), Contender.start(dir)];
    const delays: number[] = [];
    const replies: number[] = [];
    for (let round = 0; round < 15; round++) {
      await first.tell({ op: 'hold', name: 'x', mode: 'exclusive' });
      const askedAt = performance.now();
      await second.tell({ op: 'isHeld', name: 'y' });
      replies.push(performance.now() - askedAt);
      const taken = second.tell({ op: 'timeOfNext', name: 'x' });
      // Long enough for the pauses of the waiting process to reach their full length.
      await new Promise((resolve) => setTimeout(resolve, 60));
      const releasedAt = Number(await first.tell({ op: 'release', name: 'x' }));
      delays.push(Number(await taken) - releasedAt);
    }
    // What a process takes to answer anything at all is the machine's load, not the lock's doing.
    expect(median(delays)).toBeLessThanOrEqual(20 + 4 * median(replies));
  });

  it('does not starve a writer under readers of several processes', { timeout: 60_000 }, async () => {
    const dir = makeTempDir();
    const log = join(dir, 'log');
    const readers = [Contender.start(dir), Contender.start(dir)];
    const loop = { op: 'loop', names: ['x'], log, workMs: 4, readers: 1 } as const;
    const flood = readers.flatMap((reader) => [1, 2, 3].map(() => reader.tell(loop).catch((error: Error) => error)));
    const writer = makeManager(dir);
    await expect.poll(() => countSections(['x'], log), { timeout: 20_000 }).toBeGreaterThan(10);
    for (let turn = 0; turn < 5; turn++) {
      await writer.withExclusive('x', () => {
        appendFileSync(`${log}-x`, `writer-${turn}\n`.repeat(3));
      });
    }
    await Promise.all(readers.map((reader) => reader.kill()));
    await Promise.all(flood);
    expect(findOverlaps(`${log}-x`).overlaps).toEqual([]);
  });

  it('never takes a lock from a process that is stopped, and names it in the error', async (context) => {
    context.skip(!HAS_PROC, 'there is no /proc to judge processes by');
    const dir = makeTempDir();
    const holder = Contender.start(dir);
    await holder.tell({ op: 'hold', name: 'x', mode: 'exclusive' });
    holder.signal('SIGSTOP');
    // Its heartbeat is older than the limit for those who can't be judged.
    const locks = makeManager(dir, { staleMs: 1, updateMs: 1, lockTimeoutMs: 200 });
    const error = await locks.withExclusive('x', () => undefined).catch((reason: Error) => reason);
    expect(error).toMatchObject({
      code: 'CACHE_LOCK_TIMEOUT',
      message: expect.stringContaining(`pid ${holder.pid} on`),
    });
    expect(await locks.tryExclusive('x')).toBeUndefined();
    holder.signal('SIGCONT');
    expect(await holder.tell({ op: 'isHeld', name: 'x' })).toBe(true);
    await holder.tell({ op: 'release', name: 'x' });
    expect(await locks.withExclusive('x', () => 'mine now')).toBe('mine now');
  });

  it.each(['exclusive', 'shared'] as const)(
    'fences a process that was stopped for so long that its %s lock was taken over',
    { timeout: 30_000 },
    async (mode) => {
      const dir = makeTempDir();
      const holder = Contender.start(dir, NO_PROC);
      const token = Number(await holder.tell({ op: 'hold', name: 'x', mode }));
      holder.signal('SIGSTOP');
      const locks = makeManager(dir, { ...NO_PROC, staleMs: 200, updateMs: 500, lockTimeoutMs: 20_000 });
      await locks.withExclusive('x', async (heir) => {
        expect(heir.fencingToken).toBeGreaterThan(token);
        holder.signal('SIGCONT');
        expect(await holder.tell({ op: 'isHeld', name: 'x' })).toBe(false);
        await holder.tell({ op: 'release', name: 'x' });
        expect(heir.isHeld()).toBe(true);
        expect(await makeManager(dir).tryExclusive('x')).toBeUndefined();
      });
    },
  );

  it('lets a process end that holds locks, and others have them at once', async () => {
    const dir = makeTempDir();
    const holder = Contender.start(dir);
    await holder.tell({ op: 'hold', name: 'x', mode: 'exclusive' });
    await holder.tell({ op: 'hold', name: 'y', mode: 'shared' });
    holder.tell({ op: 'end' }).catch(() => undefined);
    expect(await holder.ended()).toBe(0);
    // Without /proc it could only be judged by its heartbeat: the markers that it left must do.
    const locks = makeManager(dir, { ...NO_PROC, lockTimeoutMs: 1000 });
    expect(await locks.withExclusive('x', () => 'x')).toBe('x');
    expect(await locks.withExclusive('y', () => 'y')).toBe('y');
  });

  it('takes over the lock of a worker thread that was terminated', async (context) => {
    context.skip(!HAS_PROC, 'there is no /proc to judge processes by');
    const dir = makeTempDir();
    const url = new URL('../../dist/locks/lock-manager.js', import.meta.url).href;
    const source = `import(${JSON.stringify(url)}).then(({ LockManager }) => {
      const locks = new LockManager({ locksDir: ${JSON.stringify(join(dir, 'locks'))}, crossProcess: true });
      locks.withExclusive('x', () => {
        require('node:worker_threads').parentPort.postMessage('held');
        for (;;);
      });
    })`;
    const worker = new Worker(source, { eval: true });
    await once(worker, 'message');
    const locks = makeManager(dir);
    await expect(locks.withExclusive('x', () => 'x', { timeoutMs: 100 })).rejects.toThrow(`pid ${process.pid}`);
    await worker.terminate();
    expect(await locks.withExclusive('x', () => 'x', { timeoutMs: 1000 })).toBe('x');
  });
});

function countBytes(names: readonly string[], log: string): number {
  return names.reduce((sum, name) => sum + (statSync(`${log}-${name}`, { throwIfNoEntry: false })?.size ?? 0), 0);
}

function countSections(names: readonly string[], log: string): number {
  return names.reduce((sum, name) => sum + findOverlaps(`${log}-${name}`).sections, 0);
}
