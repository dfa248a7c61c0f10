import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type ProcessIdentity, processIdentity, threadIdentity } from '../../src/process-identity.js';
import { type CacheRoot, openCacheRoot } from '../../src/root/cache-root.js';
import { LAYOUT_FOLDERS } from '../../src/root/layout.js';
import { modeOf, snapshot, tempDir } from './helpers.js';

const DAY_MS = 86_400_000;
const script = fileURLToPath(new URL('./fixtures/isolated-process.ts', import.meta.url));
const hasProc = existsSync('/proc/self/stat');
if (!hasProc) console.warn('skipped: pids used again and terminated threads, which only /proc tells from living ones');

const children: ChildProcessByStdio<Writable, Readable, null>[] = [];
const opened: CacheRoot[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const root of opened.splice(0)) await root.removeIsolated();
});

function open(cacheRoot: string, namespace?: string): CacheRoot {
  const root = openCacheRoot({ cacheRoot, processIsolated: true, namespace });
  opened.push(root);
  return root;
}

/** Another process that opened the root, and its folder. */
async function startProcess(cacheRoot: string, namespace?: string, thread = 'main') {
  const options = JSON.stringify({ cacheRoot, processIsolated: true, namespace });
  const child = spawn(process.execPath, [script, options, thread], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const path = String((await lines.next()).value);
  const kill = async () => {
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  };
  const terminateWorker = async () => {
    child.stdin.write('!');
    await lines.next();
  };
  return { child, path, kill, terminateWorker };
}

/** A folder as a process of that identity would have left it. */
function leaveFolder(cacheRoot: string, name: string, owner: ProcessIdentity | undefined): string {
  const path = join(cacheRoot, name);
  for (const folder of LAYOUT_FOLDERS) mkdirSync(join(path, folder), { recursive: true, mode: 0o700 });
  if (owner !== undefined) writeFileSync(join(path, '.cache_owner.json'), JSON.stringify(owner));
  writeFileSync(join(path, 'data', 'entry.json'), 'kept');
  return path;
}

const elsewhere = (pid: number): ProcessIdentity => ({
  pid,
  startTime: '1',
  bootId: 'another-boot',
  host: 'another-host',
});

describe('the folder of a process', () => {
  it('is proc_<pid>, private, with a layout and the identity of its owner', () => {
    const cacheRoot = tempDir();
    const root = open(cacheRoot);
    expect(root.path).toBe(join(cacheRoot, `proc_${process.pid}`));
    expect(modeOf(root.path)).toBe('700');
    expect(JSON.parse(readFileSync(join(root.path, '.cache_owner.json'), 'utf8'))).toEqual(threadIdentity());
    for (const folder of LAYOUT_FOLDERS) expect(existsSync(join(root.path, folder))).toBe(true);
    expect(root).toMatchObject({ isProcessIsolated: true, rootPath: cacheRoot, isReadOnly: false });
  });

  it('is shared by the caches of a process, and removed when the last of them closes', async () => {
    const cacheRoot = tempDir();
    const [first, second] = [open(cacheRoot), open(join(cacheRoot, '.', ''))];
    expect(second.path).toBe(first.path);
    writeFileSync(join(first.dataDir, 'entry.json'), 'kept');
    await first.removeIsolated();
    await first.removeIsolated();
    expect(readFileSync(join(second.dataDir, 'entry.json'), 'utf8')).toBe('kept');
    await second.removeIsolated();
    expect(readdirSync(cacheRoot).sort()).toEqual(['.cache_format.json', 'CACHEDIR.TAG']);
  });

  it('is shared through another spelling of the root', async () => {
    const dir = tempDir();
    const first = open(join(dir, 'real', 'cache'));
    symlinkSync(join(dir, 'real'), join(dir, 'link'));
    expect(open(join(dir, 'link', 'cache')).path).toBe(first.path);
  });

  it('is empty when opened again after the last one closed', async () => {
    const cacheRoot = tempDir();
    const first = open(cacheRoot);
    writeFileSync(join(first.dataDir, 'entry.json'), 'old');
    const removed = first.removeIsolated();
    const again = open(cacheRoot);
    await removed;
    expect(again.path).toBe(first.path);
    expect(readdirSync(again.dataDir)).toEqual(['blobs']);
  });

  it('is one for each namespace', async () => {
    const cacheRoot = tempDir();
    const [users, plain] = [open(cacheRoot, 'users'), open(cacheRoot)];
    expect(users.path).toBe(join(cacheRoot, 'ns_users', `proc_${process.pid}`));
    await users.removeIsolated();
    expect(existsSync(users.path)).toBe(false);
    expect(existsSync(plain.path)).toBe(true);
  });

  it('is made again with its owner after a cleaner removed it, and not after it was closed', async () => {
    const cacheRoot = tempDir();
    const root = open(cacheRoot);
    const before = snapshot(root.path);
    rmSync(root.path, { recursive: true });
    expect(root.ensure()).toBe(true);
    expect(snapshot(root.path)).toEqual(before);
    await root.removeIsolated();
    expect(root.ensure()).toBe(false);
    expect(existsSync(root.path)).toBe(false);
  });

  it('does not follow a link of its name', () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'cache'), { mode: 0o700 });
    mkdirSync(join(dir, 'target'), { mode: 0o700 });
    symlinkSync(join(dir, 'target'), join(dir, 'cache', `proc_${process.pid}`));
    expect(basename(open(join(dir, 'cache')).path)).toMatch(new RegExp(`^proc_${process.pid}_[0-9a-f]{8}$`));
    expect(snapshot(join(dir, 'target'))).toEqual({ './': '700' });
  });

  it('is cleared of what a dead process of the same pid left', (context) => {
    context.skip(!hasProc, 'there is no /proc to judge processes by');
    const cacheRoot = tempDir();
    const left = leaveFolder(cacheRoot, `proc_${process.pid}`, { ...processIdentity(), startTime: '1' });
    const root = open(cacheRoot);
    expect(root.path).toBe(left);
    expect(readdirSync(root.dataDir)).toEqual(['blobs']);
  });

  it('leaves that of a process of the same pid in another container alone', async () => {
    const cacheRoot = tempDir();
    const left = leaveFolder(cacheRoot, `proc_${process.pid}`, elsewhere(process.pid));
    const before = snapshot(left);
    const root = open(cacheRoot);
    expect(basename(root.path)).toMatch(new RegExp(`^proc_${process.pid}_[0-9a-f]{8}$`));
    expect(open(cacheRoot).path).toBe(root.path);
    expect(await root.sweepDeadProcesses()).toBe(0);
    expect(snapshot(left)).toEqual(before);
  });
});

describe('sweeping the folders of dead processes', () => {
  it('takes those of killed ones, in every namespace, and leaves those of living ones', async () => {
    const cacheRoot = tempDir();
    const root = openCacheRoot({ cacheRoot });
    const [killed, namespaced, living] = await Promise.all([
      startProcess(cacheRoot),
      startProcess(cacheRoot, 'users'),
      startProcess(cacheRoot),
    ]);
    const own = open(cacheRoot);
    await Promise.all([killed.kill(), namespaced.kill()]);
    const before = snapshot(living.path);
    expect(await root.sweepDeadProcesses()).toBe(2);
    expect(existsSync(killed.path)).toBe(false);
    expect(existsSync(namespaced.path)).toBe(false);
    expect(existsSync(own.path)).toBe(true);
    expect(snapshot(living.path)).toEqual(before);
    expect(readdirSync(cacheRoot).filter((name) => name.startsWith('.proc'))).toEqual([]);
  });

  it('takes that of a terminated worker, which has one of its own', async (context) => {
    context.skip(!hasProc, 'there is no /proc to judge processes by');
    const cacheRoot = tempDir();
    const root = openCacheRoot({ cacheRoot });
    const { child, path, terminateWorker } = await startProcess(cacheRoot, undefined, 'worker');
    expect(basename(path)).toMatch(new RegExp(`^proc_${child.pid}_[0-9a-f]{8}$`));
    expect(await root.sweepDeadProcesses()).toBe(0);
    await terminateWorker();
    expect(await root.sweepDeadProcesses()).toBe(1);
    expect(existsSync(path)).toBe(false);
  });

  it('takes those whose pid is used again, and what a killed sweep moved aside', async (context) => {
    context.skip(!hasProc, 'there is no /proc to judge processes by');
    const cacheRoot = tempDir();
    const root = openCacheRoot({ cacheRoot });
    const dead = { ...processIdentity(), startTime: '1' };
    leaveFolder(cacheRoot, `proc_${process.pid}_0123abcd`, dead);
    leaveFolder(cacheRoot, `.proc_${process.pid}_0123abcd`, dead);
    expect(await root.sweepDeadProcesses()).toBe(2);
  });

  it('takes one whose owner can not be judged after a week without a change', async () => {
    const cacheRoot = tempDir();
    const root = openCacheRoot({ cacheRoot });
    const left = leaveFolder(cacheRoot, 'proc_7', elsewhere(7));
    expect(await root.sweepDeadProcesses({ now: Date.now() + 6 * DAY_MS })).toBe(0);
    expect(existsSync(left)).toBe(true);
    expect(await root.sweepDeadProcesses({ now: Date.now() + 8 * DAY_MS })).toBe(1);
  });

  it('takes one without an owner after a day, if it holds nothing but a cache', async () => {
    const cacheRoot = tempDir();
    const root = openCacheRoot({ cacheRoot });
    leaveFolder(cacheRoot, 'proc_7', undefined);
    leaveFolder(cacheRoot, 'proc_8', { ...processIdentity(), pid: 9, startTime: '1' });
    const foreign = leaveFolder(cacheRoot, 'proc_9', undefined);
    writeFileSync(join(foreign, 'thesis.txt'), 'mine');
    expect(await root.sweepDeadProcesses()).toBe(0);
    expect(await root.sweepDeadProcesses({ now: Date.now() + 2 * DAY_MS })).toBe(2);
    expect(readFileSync(join(foreign, 'thesis.txt'), 'utf8')).toBe('mine');
  });

  it('touches nothing of another shape, and follows no link', async () => {
    const dir = tempDir();
    const cacheRoot = join(dir, 'cache');
    const root = openCacheRoot({ cacheRoot });
    const dead = { ...elsewhere(1), ...(hasProc ? { ...processIdentity(), startTime: '1' } : {}) };
    for (const name of ['proc_', 'proc_x', 'proc_7x', 'xproc_7', 'proc_7_short', '..proc_7', 'process_7']) {
      leaveFolder(cacheRoot, name, dead);
    }
    const outside = leaveFolder(dir, `proc_${process.pid}`, dead);
    symlinkSync(outside, join(cacheRoot, `proc_${process.pid}`));
    symlinkSync(dir, join(cacheRoot, 'ns_link'));
    const inside = leaveFolder(cacheRoot, `proc_${process.pid}_0123abcd`, dead);
    symlinkSync(outside, join(inside, 'data', 'link'));
    const before = snapshot(dir);
    expect(await root.sweepDeadProcesses({ now: Date.now() + 30 * DAY_MS })).toBe(1);
    rmSync(inside, { recursive: true, force: true });
    const prefix = `./cache/proc_${process.pid}_0123abcd`;
    expect(snapshot(dir)).toEqual(
      Object.fromEntries(Object.entries(before).filter(([path]) => !path.startsWith(prefix))),
    );
  });

  it('removes a bounded number at a time', async () => {
    const cacheRoot = tempDir();
    const root = openCacheRoot({ cacheRoot });
    for (let pid = 1; pid <= 40; pid++) leaveFolder(cacheRoot, `proc_${pid}`, elsewhere(pid));
    const now = Date.now() + 8 * DAY_MS;
    expect(await root.sweepDeadProcesses({ now })).toBe(32);
    expect(await root.sweepDeadProcesses({ now })).toBe(8);
  });

  it('removes each folder once, whoever else sweeps', async () => {
    const cacheRoot = tempDir();
    const root = openCacheRoot({ cacheRoot });
    for (let pid = 1; pid <= 20; pid++) leaveFolder(cacheRoot, `proc_${pid}`, elsewhere(pid));
    const now = Date.now() + 8 * DAY_MS;
    const removed = await Promise.all([1, 2, 3].map(() => root.sweepDeadProcesses({ now })));
    expect(removed.reduce((sum, count) => sum + count)).toBe(20);
    expect(readdirSync(cacheRoot).filter((name) => name.includes('proc'))).toEqual([]);
  });

  it('does not reject when the root is gone', async () => {
    const root = openCacheRoot({ cacheRoot: join(tempDir(), 'cache') });
    renameSync(root.path, `${root.path}-gone`);
    expect(await root.sweepDeadProcesses()).toBe(0);
    renameSync(`${root.path}-gone`, root.path);
  });
});
