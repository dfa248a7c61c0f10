import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { COUNTER } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { listWriters, readWriter } from '../../src/counters/writer-files.js';
import { Counting, newRoot } from './helpers.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const writerScript = fileURLToPath(new URL('./fixtures/writer.ts', import.meta.url));

/** A process that counts; ends with how many counts it has told of. */
async function runWriter(cacheRoot: string, times: number, end: 'close' | 'kill', killAfter: number): Promise<number> {
  const args = [writerScript, cacheRoot, String(times), end];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  let told = 0;
  for await (const line of createInterface(child.stdout)) {
    told = Number(line);
    if (end === 'kill' && told >= killAfter) child.kill('SIGKILL');
  }
  const [code] = await closed;
  if (end === 'close') expect(code).toBe(0);
  return told;
}

describe('the counters of many processes', () => {
  it('have everything that was told before a kill -9, and nothing twice, while they are folded', async () => {
    const root = newRoot();
    const folder = new Counting(root);
    const times = isFull ? 20_000 : 1_500;
    let running = true;
    let last = 0;
    const watching = (async () => {
      while (running) {
        folder.stats.fold();
        const total = folder.total('missCount') ?? 0;
        expect(total).toBeGreaterThanOrEqual(last);
        last = total;
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const ends = Array.from(
      { length: isFull ? 24 : 6 },
      (_, index) => (index % 2 === 0 ? 'close' : 'kill') as 'close' | 'kill',
    );
    let killed = 0;
    const told: number[] = [];
    // Four at a time.
    const queue = ends.entries();
    const runners = Array.from({ length: 4 }, async () => {
      for (const [index, end] of queue) {
        if (end === 'kill') killed++;
        told.push(await runWriter(root.path, times, end, 100 + index * 100));
      }
    });
    await Promise.all(runners);
    running = false;
    await watching;

    const acknowledged = told.reduce((sum, count) => sum + count, 0);
    // The dead are all folded now; a killed one may have kept one count that it could not tell of any more.
    folder.stats.fold();
    folder.stats.fold();
    expect(readdirSync(root.statsDir)).toEqual([]);
    const total = folder.total('missCount') ?? 0;
    expect(total).toBeGreaterThanOrEqual(acknowledged);
    expect(total).toBeLessThanOrEqual(acknowledged + killed);
    expect(folder.stats.readAll()).toMatchObject({ entries: total, bytes: total * 100, damaged: [] });
    expect(JSON.parse(readFileSync(root.statsFile, 'utf8'))).toMatchObject({ missCount: total, totalEntries: total });
    expect(folder.messages).toEqual([]);
  }, 60_000);

  it('never go down and never exceed what was counted, for readers during folds', async () => {
    const root = newRoot();
    const reader = new Counting(root);
    const shared = new Int32Array(new SharedArrayBuffer(12));
    const workers = ['folder', 'writer', 'writer'].map(
      (role) =>
        new Worker(new URL('./fixtures/race.ts', import.meta.url), {
          workerData: { cacheRoot: root.path, role, shared },
        }),
    );
    const failed = Promise.all(workers.map((worker) => once(worker, 'exit')));
    await Promise.all(workers.map((worker) => once(worker, 'online')));

    let last = 0;
    const until = performance.now() + (isFull ? 30_000 : 1_500);
    let reads = 0;
    while (performance.now() < until || reads < 100) {
      const done = Atomics.load(shared, 1);
      const total = reader.stats.readAll().counters[COUNTER.setCount] ?? 0;
      const begun = Atomics.load(shared, 0);
      expect(total).toBeGreaterThanOrEqual(done);
      expect(total).toBeLessThanOrEqual(begun);
      expect(total).toBeGreaterThanOrEqual(last);
      last = total;
      if (++reads % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    Atomics.store(shared, 2, 1);
    await failed;
    expect(reader.messages).toEqual([]);
    reader.stats.fold();
    expect(reader.total('setCount')).toBe(Atomics.load(shared, 1));
  }, 60_000);

  it('are read whole while they are written, which a read now and then is not', async () => {
    const root = newRoot();
    const shared = new Int32Array(new SharedArrayBuffer(12));
    const workerData = { cacheRoot: root.path, role: 'spinner', shared };
    const worker = new Worker(new URL('./fixtures/race.ts', import.meta.url), { workerData });
    const ended = once(worker, 'exit');
    while (listWriters(root.statsDir).length === 0) await new Promise((resolve) => setImmediate(resolve));
    const [name = ''] = listWriters(root.statsDir);

    let reads = 0;
    const until = performance.now() + (isFull ? 20_000 : 1_000);
    while (performance.now() < until || reads < 1_000) {
      const finding = readWriter(root.statsDir, name);
      if (finding.kind === 'empty') continue;
      if (finding.kind !== 'record') throw new Error(`the record was ${finding.kind} after ${reads} reads`);
      const { counters, entries, bytes } = finding.record;
      if (new Set([...counters, entries, bytes]).size > 1) throw new Error(`torn: ${[...counters, entries, bytes]}`);
      reads++;
    }
    Atomics.store(shared, 2, 1);
    await ended;
  }, 60_000);
});
