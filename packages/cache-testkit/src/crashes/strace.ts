import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** A system call of one thread, counted by name from the moment at which the thread was attached to. */
export interface SystemCall {
  readonly thread: number;
  readonly name: string;
  /** From 1 on. */
  readonly nth: number;
  /** The call as strace shows it, with the paths of files. */
  readonly text: string;
}

type StraceProcess = ChildProcessByStdio<null, null, Readable>;

const CALL = /^(\d+)\s+(\w+)\((.*)$/;
const ATTACHED = /attached/;

/** Follows a process of this host by `strace`, which must be allowed to. */
export class Strace {
  readonly #child: StraceProcess;
  #errors = '';

  private constructor(args: readonly string[]) {
    this.#child = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child.once('error', (error) => {
      this.#errors += error.message;
    });
  }

  /** Writes what all threads of a process call to `file`, until the process ends. Resolves when it follows. */
  static record(pid: number, file: string): Promise<Strace> {
    return Strace.#attached(['-f', '-y', '-s', '40', '-p', String(pid), '-e', 'trace=%file,%desc', '-o', file]);
  }

  /** Kills the process before the call. Resolves when it follows the thread. */
  static killAt({ thread, name, nth }: Pick<SystemCall, 'thread' | 'name' | 'nth'>): Promise<Strace> {
    const inject = `inject=${name}:signal=SIGKILL:when=${nth}`;
    return Strace.#attached(['-p', String(thread), '-e', `trace=${name}`, '-e', inject, '-o', '/dev/null']);
  }

  /** @throws Error if strace is missing, or may not follow */
  static async #attached(args: readonly string[]): Promise<Strace> {
    const strace = new Strace(args);
    const child = strace.#child;
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        strace.#errors += chunk;
        if (ATTACHED.test(strace.#errors)) resolve();
      });
      const refuse = () => reject(new Error(`strace: ${strace.#errors.trim() || 'ended at once'}`));
      child.once('error', refuse);
      child.once('close', refuse);
    });
    return strace;
  }

  /** Waits until it has ended, which it does with the process. */
  async ended(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'close');
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.ended();
  }
}

/** Why processes can't be followed here, `undefined` if they can. Tried once, on a process of its own. */
export function straceProblem(): Promise<string | undefined> {
  problem ??= findProblem();
  return problem;
}

let problem: Promise<string | undefined> | undefined;

async function findProblem(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'there is no strace on this system';
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 10_000)'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const errors = text(child.stderr);
  try {
    if (child.pid === undefined) return `no process could be started: ${await errors}`;
    const strace = await Strace.killAt({ thread: child.pid, name: 'readlink', nth: 1 });
    await strace.stop();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    child.kill('SIGKILL');
  }
}

/** The calls of a recording, those whose end is told apart counted once. */
export function parseRecording(file: string): SystemCall[] {
  const counts = new Map<string, number>();
  const calls: SystemCall[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, thread, name, rest] = CALL.exec(line) ?? [];
    if (thread === undefined || name === undefined) continue;
    const counted = `${thread} ${name}`;
    const nth = (counts.get(counted) ?? 0) + 1;
    counts.set(counted, nth);
    calls.push({ thread: Number(thread), name, nth, text: `${name}(${rest}` });
  }
  return calls;
}
