import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import {
  isProcessAlive,
  judgeLiveness,
  type ProcessIdentity,
  parseIdentity,
  processIdentity,
  readProcessIdentity,
  threadIdentity,
} from '../../src/process-identity.js';

const moduleUrl = new URL('../../dist/process-identity.js', import.meta.url).href;
const hasProc = existsSync('/proc/self/stat');
const noProc = { procDir: '/nowhere/proc', self: readProcessIdentity('/nowhere/proc') };

/** A process that prints its identity and then waits for its standard input to end. */
async function startProcess(call = 'processIdentity'): Promise<{ identity: ProcessIdentity; kill(): Promise<void> }> {
  const script = `import { ${call} } from ${JSON.stringify(moduleUrl)}; console.log(JSON.stringify(${call}())); process.stdin.resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const identity = parseIdentity(JSON.parse(String(line)));
  if (identity === undefined) throw new Error(`not an identity: ${line}`);
  const kill = async () => {
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  };
  return { identity, kill };
}

describe('process identity', () => {
  it('names this process, and is the same object at every call', () => {
    expect(processIdentity()).toBe(processIdentity());
    expect(processIdentity()).toMatchObject({ pid: process.pid, host: hostname() });
    expect(threadIdentity()).toBe(threadIdentity());
    expect(judgeLiveness(threadIdentity())).toBe(hasProc ? 'alive' : 'unknown');
  });

  it('survives JSON, and anything else is no identity', () => {
    for (const identity of [processIdentity(), threadIdentity(), noProc.self]) {
      expect(parseIdentity(JSON.parse(JSON.stringify(identity)))).toEqual(identity);
    }
    const broken: unknown[] = [
      null,
      [],
      'x',
      {},
      { pid: 0, host: 'h' },
      { pid: -1, host: 'h' },
      { pid: 1.5, host: 'h' },
      { pid: 1 },
      { pid: 1, host: 'h', startTime: 5 },
      { pid: 1, host: 'h', thread: 'main' },
    ];
    for (const value of broken) expect(parseIdentity(value)).toBeUndefined();
  });

  it('sees another process alive, and dead once it was killed', async () => {
    const { identity, kill } = await startProcess();
    expect(judgeLiveness(identity)).toBe(hasProc ? 'alive' : 'unknown');
    expect(isProcessAlive(identity)).toBe(true);
    await kill();
    expect(judgeLiveness(identity)).toBe('dead');
    expect(isProcessAlive(identity, { ageMs: 0, limitMs: 1000 })).toBe(false);
  });

  it('sees through a pid that was given to another process', (context) => {
    context.skip(!hasProc, 'there is no /proc to judge processes by');
    expect(judgeLiveness({ ...processIdentity(), startTime: '1' })).toBe('dead');
  });

  it('takes what was left by a run of this machine before a restart for dead', (context) => {
    context.skip(!hasProc, 'there is no /proc to judge processes by');
    expect(judgeLiveness({ ...processIdentity(), bootId: 'another' })).toBe('dead');
  });

  it('sees a killed process dead while its parent has not asked for its exit code', async (context) => {
    context.skip(!hasProc, 'there is no /proc to judge processes by');
    // The shell becomes a program that never waits for the child that it inherits.
    const script = `import { processIdentity } from ${JSON.stringify(moduleUrl)}; console.log(JSON.stringify(processIdentity())); process.stdin.resume();`;
    const parent = spawn(
      'sh',
      ['-c', '"$0" --input-type=module -e "$1" <&3 & exec sleep 20', process.execPath, script],
      {
        stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
      },
    );
    const closed = once(parent, 'close');
    try {
      if (parent.stdout === null) throw new Error('no output');
      const [line] = await once(parent.stdout, 'data');
      const identity = parseIdentity(JSON.parse(String(line)));
      if (identity === undefined) throw new Error('not an identity');
      process.kill(identity.pid, 'SIGKILL');
      await expect.poll(() => judgeLiveness(identity)).toBe('dead');
      expect(() => process.kill(identity.pid, 0), 'still a zombie').not.toThrow();
    } finally {
      parent.kill('SIGKILL');
      await closed;
    }
  });

  it('sees that a worker thread was terminated while its process lives', async (context) => {
    context.skip(!hasProc, 'there is no /proc to judge processes by');
    const source = `import(${JSON.stringify(moduleUrl)}).then(({ threadIdentity }) => {
      require('node:worker_threads').parentPort.postMessage(threadIdentity());
      setInterval(() => {}, 1000);
    })`;
    const worker = new Worker(source, { eval: true });
    const [message] = await once(worker, 'message');
    const identity = parseIdentity(message);
    if (identity === undefined) throw new Error('not an identity');
    expect(identity).toMatchObject({ pid: process.pid, thread: { id: worker.threadId } });
    expect(judgeLiveness(identity)).toBe('alive');
    await worker.terminate();
    expect(judgeLiveness(identity)).toBe('dead');
    expect(judgeLiveness(processIdentity())).toBe('alive');
  });

  it.each([
    ['another machine', { ...processIdentity(), host: 'elsewhere', bootId: 'another' }],
    ['another container of this machine', { ...processIdentity(), host: 'elsewhere', pidNamespace: 'pid:[1]' }],
    ['a system without boot id', { pid: process.pid, host: 'elsewhere' }],
  ])('cannot judge an owner in %s: alive until its heartbeat is older than the limit', (_, identity) => {
    expect(judgeLiveness(identity)).toBe('unknown');
    expect(judgeLiveness({ ...identity, pid: 2 ** 30 })).toBe('unknown');
    expect(isProcessAlive(identity)).toBe(true);
    expect(isProcessAlive(identity, { ageMs: 1000, limitMs: 1000 })).toBe(true);
    expect(isProcessAlive(identity, { ageMs: 1001, limitMs: 1000 })).toBe(false);
  });

  it('still judges by pid after the host name of this machine changed', (context) => {
    context.skip(!hasProc, 'there is no /proc to judge processes by');
    expect(judgeLiveness({ ...processIdentity(), host: 'renamed' })).toBe('alive');
  });

  it('falls back on the pid and the heartbeat where there is no /proc', () => {
    expect(noProc.self).toEqual({ pid: process.pid, host: hostname() });
    expect(judgeLiveness(noProc.self, noProc)).toBe('unknown');
    expect(isProcessAlive(noProc.self, { ageMs: 10, limitMs: 1000 }, noProc)).toBe(true);
    expect(isProcessAlive(noProc.self, { ageMs: 2000, limitMs: 1000 }, noProc)).toBe(false);
    expect(judgeLiveness({ ...noProc.self, pid: 2 ** 30 }, noProc)).toBe('dead');
  });
});
