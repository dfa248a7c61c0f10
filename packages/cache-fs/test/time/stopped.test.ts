import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, type TestContext } from 'vitest';
import { processIdentity } from '../../src/process-identity.js';
import { entryId } from '../../src/store/entry-id.js';
import { openCache, temporaryDirectory } from '../support.js';
import { SkewedProcess } from './skewed-process.js';

const needProc = (context: TestContext) => context.skip(!existsSync('/proc/self/stat'), 'there is no /proc');
const gateOf = (root: string) => join(root, '.removal_gate');
const entryOf = (root: string, key: string) => join(root, 'data', `${entryId(key)}.json`);
const MINUTE = 60;

/** As if a file had been made some time ago. */
function age(path: string, seconds: number): void {
  const then = Date.now() / 1_000 - seconds;
  utimesSync(path, then, then);
}

/** Makes the gate one of a process that can't be judged from here, that was raised some time ago. */
function estrange(root: string, seconds: number): void {
  const gate = JSON.parse(readFileSync(gateOf(root), 'utf8'));
  writeFileSync(
    gateOf(root),
    JSON.stringify({ ...gate, raisedAt: gate.raisedAt - seconds, bootId: 'another', host: 'elsewhere' }),
  );
  age(gateOf(root), seconds);
}

describe('a process that is stopped (SIGSTOP) with a write staged', () => {
  it.for(['small', 'blob'])(
    'for so long that its staging file is swept writes all the same when it goes on (%s)',
    async (size, context) => {
      needProc(context);
      const root = temporaryDirectory();
      const cache = openCache({ cacheRoot: root, lockTimeoutMs: 500 });
      const writer = await SkewedProcess.start({ cacheRoot: root });
      const value = size === 'small' ? 'late' : 'x'.repeat(100_000);
      await writer.tell({ op: 'stopAt', calls: ['renameSync'], path: `${root}/tmp`, when: 'before' });
      const stored = writer.tell({ op: 'set', key: 'k', value });
      await writer.stopped();
      expect(await cache.set('k', 'meanwhile')).toBe(true);
      await cache.cleanup();
      const staged = readdirSync(join(root, 'tmp'));
      expect(staged).toHaveLength(1);
      for (const name of staged) age(join(root, 'tmp', name), 11 * MINUTE);
      await cache.cleanup();
      expect(readdirSync(join(root, 'tmp'))).toEqual([]);
      expect(await cache.get('k')).toBe('meanwhile');
      writer.signal('SIGCONT');
      expect(await stored).toBe(true);
      expect(await cache.get('k')).toBe(value);
      expect(await writer.tell({ op: 'get', key: 'k' })).toBe(value);
      expect(readdirSync(join(root, 'tmp'))).toEqual([]);
      expect(readdirSync(join(root, 'data', 'blobs'))).toHaveLength(size === 'small' ? 0 : 1);
    },
  );
});

describe('a process that is stopped (SIGSTOP) behind the gate', () => {
  /** Stopped after it has read an entry that has expired by its clock, and before it removes that. */
  async function stopRemover(root: string): Promise<{ remover: SkewedProcess; cleaning: Promise<unknown> }> {
    const remover = await SkewedProcess.start({ cacheRoot: root }, 2 * MINUTE * 1_000);
    await remover.tell({
      op: 'stopAt',
      calls: ['readSync', 'readFileSync'],
      path: entryOf(root, 'k'),
      when: 'after',
      whileExists: gateOf(root),
    });
    const cleaning = remover.tell({ op: 'cleanup' });
    await remover.stopped();
    return { remover, cleaning };
  }

  it('keeps writers out, who are told in time, and lets them in when it goes on', async (context) => {
    needProc(context);
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, lockTimeoutMs: 200 });
    await cache.set('k', 'old', { ttl: MINUTE });
    const { remover, cleaning } = await stopRemover(root);
    expect(await cache.set('k', 'new')).toBe(false);
    expect(await cache.set('other', 'new')).toBe(false);
    expect(await cache.get('k')).toBe('old');
    remover.signal('SIGCONT');
    await cleaning;
    expect(existsSync(gateOf(root))).toBe(false);
    expect(await cache.set('k', 'new')).toBe(true);
    expect(await cache.get('k')).toBe('new');
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
  });

  it('and taken for dead removes nothing of what was written since, nor the gate of another', async (context) => {
    needProc(context);
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, lockTimeoutMs: 200 });
    await cache.set('k', 'old', { ttl: MINUTE });
    const { remover, cleaning } = await stopRemover(root);
    estrange(root, 20);
    expect(await cache.set('k', 'new')).toBe(false);
    estrange(root, 31);
    expect(await cache.set('k', 'new')).toBe(true);
    // Longer than anybody holds the gate who is not stopped.
    await delay(600);
    // By now it is an heir's, who lives.
    estrange(root, 1);
    remover.signal('SIGCONT');
    expect(await cleaning).toBe(0);
    expect(await cache.get('k')).toBe('new');
    expect(existsSync(gateOf(root))).toBe(true);
  });
});

describe('a process that is stopped (SIGSTOP) with a lock', () => {
  it('keeps nobody waiting for longer than a lock is waited for', async (context) => {
    needProc(context);
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, lockTimeoutMs: 200 });
    const runner = await SkewedProcess.start({ cacheRoot: root });
    await runner.tell({ op: 'stopAt', calls: ['renameSync'], path: `${root}/tmp`, when: 'before' });
    const computed = runner.tell({ op: 'getOrSet', key: 'k', value: 'late' });
    await runner.stopped();
    expect(await cache.getOrSet('k', () => 'own')).toBe('own');
    expect((await cache.getStats()).errorCount).toBe(1);
    expect(await cache.get('k')).toBe('own');
    runner.signal('SIGCONT');
    expect(await computed).toBe('late');
    // Both were computed at the same time, by callers who knew nothing of each other: either may stay.
    expect(await cache.get('k')).toBe(await runner.tell({ op: 'get', key: 'k' }));
    expect(await cache.getOrSet('k2', () => 'own')).toBe('own');
  });
});

describe('a pid that is used again', () => {
  const impostors = [
    ['since its process ended', { startTime: '1' }],
    ['since the machine was started again', { bootId: '00000000-0000-0000-0000-000000000000' }],
  ] as const;

  it.for(impostors)('%s holds no gate', async ([, changed], context) => {
    needProc(context);
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, lockTimeoutMs: 200 });
    const living = { ...processIdentity(), pid: process.ppid, raisedAt: Date.now() };
    writeFileSync(gateOf(root), JSON.stringify({ ...living, ...changed }));
    expect(await cache.set('k', 1)).toBe(true);
    expect((await cache.getStats()).errorCount).toBe(0);
  });

  it.for(impostors)('%s holds no lock', async ([, changed], context) => {
    needProc(context);
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, lockTimeoutMs: 200 });
    const holder = await SkewedProcess.start({ cacheRoot: root });
    await holder.tell({ op: 'hold', key: 'k' });
    await expect(cache.withLock('k', 'exclusive', () => 1)).rejects.toMatchObject({ code: 'CACHE_LOCK_TIMEOUT' });
    const records = readdirSync(join(root, 'locks'), { recursive: true, encoding: 'utf8' });
    const record = join(root, 'locks', records.find((name) => name.includes('held-')) ?? '');
    // The process lives, and is not the one that the record is of.
    writeFileSync(record, JSON.stringify({ ...JSON.parse(readFileSync(record, 'utf8')), ...changed }));
    expect(await cache.withLock('k', 'exclusive', () => 'had')).toBe('had');
  });
});
