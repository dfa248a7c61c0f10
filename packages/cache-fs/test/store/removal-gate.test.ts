import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ManualClock } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { processIdentity } from '../../src/process-identity.js';
import { entryId } from '../../src/store/entry-id.js';
import { gatePath } from '../../src/store/paths.js';
import { RemovalGate } from '../../src/store/removal-gate.js';
import { injectFault } from '../faults/inject-fault.js';
import { eventually, openCache, temporaryDirectory } from '../support.js';

const GATE_MODULE = new URL('../../dist/store/removal-gate.js', import.meta.url).href;
const gateOf = (root: string) => gatePath({ path: root, dataDir: '', blobsDir: '', metadataDir: '', tmpDir: '' });
const raiseFor = (root: string, owner: object) =>
  writeFileSync(gateOf(root), JSON.stringify({ ...owner, raisedAt: Date.now() }));

describe('the removal gate', () => {
  it('keeps a writer, its file staged, from publishing until it is down', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('k', 'old');
    raiseFor(root, processIdentity());
    let isDone = false;
    const set = cache.set('k', 'new').then((stored) => {
      isDone = true;
      return stored;
    });
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(isDone).toBe(false);
    expect(readdirSync(join(root, 'tmp'))).toHaveLength(1);
    expect(await cache.get('k')).toBe('old');
    rmSync(gateOf(root));
    expect(await set).toBe(true);
    expect(await cache.get('k')).toBe('new');
    expect(readdirSync(join(root, 'tmp'))).toHaveLength(0);
  });

  it('of a stopped owner refuses the write in the end, keeps the old value and leaves nothing staged', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, lockTimeoutMs: 30 });
    await cache.set('k', 'old');
    raiseFor(root, processIdentity());
    expect(await cache.set('k', 'new')).toBe(false);
    expect(await cache.set('big', new Uint8Array(100_000))).toBe(false);
    expect(await cache.get('k')).toBe('old');
    expect(readdirSync(join(root, 'tmp'))).toHaveLength(0);
    expect(readdirSync(join(root, 'data', 'blobs'))).toHaveLength(0);
  });

  it('of a dead owner, or one that is not written yet, binds nobody and does not stop the next cleanup', async () => {
    const root = temporaryDirectory();
    const clock = new ManualClock();
    const cache = openCache({ cacheRoot: root, clock });
    await cache.set('expired', 1, { ttl: 1 });
    clock.advance(1_000);
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    raiseFor(root, { ...processIdentity(), pid: child.pid });
    expect(await cache.set('k', 1)).toBe(true);
    expect(await cache.cleanup()).toBe(1);
    expect(existsSync(gateOf(root))).toBe(false);
    writeFileSync(gateOf(root), '');
    expect(await cache.set('k', 2)).toBe(true);
  });

  it('a cleanup leaves alone the ids that somebody is writing: their staging files are there', async () => {
    const root = temporaryDirectory();
    const clock = new ManualClock();
    const cache = openCache({ cacheRoot: root, clock });
    await cache.set('written', 1, { ttl: 1 });
    await cache.set('idle', 1, { ttl: 1 });
    clock.advance(1_000);
    const staging = join(root, 'tmp', `${entryId('written')}.1-another-1`);
    writeFileSync(staging, '');
    expect(await cache.cleanup()).toBe(1);
    expect(existsSync(join(root, 'data', `${entryId('written')}.json`))).toBe(true);
    rmSync(staging);
    expect(await cache.cleanup()).toBe(1);
  });

  it('of a living owner is not taken by another remover', () => {
    const root = temporaryDirectory();
    const gate = new RemovalGate(gateOf(root));
    raiseFor(root, processIdentity());
    expect(gate.hold(() => 'removed')).toBeUndefined();
    rmSync(gateOf(root));
    expect(gate.hold(() => gate.isUp())).toBe(true);
    expect(gate.isUp()).toBe(false);
  });

  it('a cleanup does not remove what replaced an expired entry since it was listed', async () => {
    const root = temporaryDirectory();
    const clock = new ManualClock();
    const cache = openCache({ cacheRoot: root, clock });
    for (let index = 0; index < 200; index++) await cache.set(`k${index}`, 'old', { ttl: 1 });
    clock.advance(1_000);
    const cleaning = cache.cleanup();
    for (let index = 0; index < 200; index++) {
      await cache.set(`k${index}`, 'new');
      if (index % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await cleaning;
    for (let index = 0; index < 200; index++) expect(await cache.get(`k${index}`)).toBe('new');
  });

  it('that can not be read may be up for a reason: the writer waits', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, lockTimeoutMs: 30 });
    await cache.set('k', 'old');
    raiseFor(root, processIdentity());
    const fault = injectFault({ call: { sync: 'openSync' }, code: 'EMFILE', path: gateOf(root), times: 1_000 });
    expect(await cache.set('k', 'new')).toBe(false);
    expect(fault.failed).toBeGreaterThan(0);
    expect(await cache.get('k')).toBe('old');
  });

  it('that can not be looked for refuses the write', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('k', 'old');
    injectFault({ call: { sync: 'lstatSync' }, code: 'EIO', path: gateOf(root) });
    expect(await cache.set('k', 'new')).toBe(false);
    expect(await cache.get('k')).toBe('old');
  });

  it('a link in its place binds nobody, and is taken away by the next cleanup', async () => {
    const root = temporaryDirectory();
    const clock = new ManualClock();
    const cache = openCache({ cacheRoot: root, clock });
    symlinkSync(join(root, 'CACHEDIR.TAG'), gateOf(root));
    expect(await cache.set('k', 1, { ttl: 1 })).toBe(true);
    clock.advance(1_000);
    expect(await cache.cleanup()).toBe(1);
    expect(existsSync(gateOf(root))).toBe(false);
    expect(existsSync(join(root, 'CACHEDIR.TAG'))).toBe(true);
  });

  it('of a worker thread that was terminated binds nobody', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, lockTimeoutMs: 200 });
    const source = `
      const { RemovalGate } = await import(${JSON.stringify(GATE_MODULE)});
      new RemovalGate(${JSON.stringify(gateOf(root))}).hold(() => {
        for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
      });`;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
    await eventually(() => existsSync(gateOf(root)), 'the worker holds the gate');
    expect(await cache.set('k', 1)).toBe(false);
    await worker.terminate();
    expect(existsSync(gateOf(root))).toBe(true);
    expect(await cache.set('k', 2)).toBe(true);
  });

  it('a cleanup does not count what somebody else removed just before it', async () => {
    const root = temporaryDirectory();
    const clock = new ManualClock();
    const cache = openCache({ cacheRoot: root, clock });
    await cache.set('k', 1, { ttl: 1 });
    clock.advance(1_000);
    injectFault({ call: { sync: 'unlinkSync' }, code: 'ENOENT', path: join(root, 'data') });
    expect(await cache.cleanup()).toBe(0);
    expect(await cache.getStats()).toMatchObject({ expiredCount: 0, errorCount: 0, totalEntries: 1 });
    expect(await cache.cleanup()).toBe(1);
    expect(await cache.getStats()).toMatchObject({ expiredCount: 1, totalEntries: 0 });
  });
});

describe('a gate that can not be lowered', () => {
  it('binds nobody in the end, in no process, though its owner lives on', async () => {
    const root = temporaryDirectory();
    const clock = new ManualClock();
    const cache = openCache({ cacheRoot: root, clock });
    await cache.set('expired', 1, { ttl: 1 });
    clock.advance(1_000);
    const fault = injectFault({ call: { sync: 'unlinkSync' }, code: 'EIO', path: gateOf(root), times: 3 });
    await cache.cleanup();
    expect(fault.failed).toBe(1);
    expect(existsSync(gateOf(root))).toBe(true);
    // Its own thread knows better than to wait; others wait until it was tried again.
    expect(await cache.set('k', 1)).toBe(true);
    await eventually(() => !existsSync(gateOf(root)), 'it is lowered');
    expect(fault.failed).toBe(3);
    expect((await cache.getStats()).errorCount).toBe(1);
  });

  it('is not an heir’s, raised while its own owner was stopped and taken for dead', () => {
    const root = temporaryDirectory();
    const gate = new RemovalGate(gateOf(root));
    gate.hold(() => {
      rmSync(gateOf(root));
      raiseFor(root, processIdentity());
    });
    expect(gate.isUp()).toBe(true);
  });
});
