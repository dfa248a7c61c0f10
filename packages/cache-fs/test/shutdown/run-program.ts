import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface Program {
  readonly cacheRoot: string;
  readonly ending:
    | 'returns'
    | 'exits'
    | 'throws'
    | 'rejects'
    | 'closes'
    | 'is told to end'
    | 'tidies up'
    | 'is killed'
    | 'leaves the cluster';
  /** Entries stored before it ends, or is ended. */
  readonly after: number;
  /** Keeps the keys of several apart. */
  readonly index: number;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What was stored, and known to be. */
  readonly keys: readonly string[];
  readonly errors: string;
}

const SIGNALS: Partial<Record<Program['ending'], NodeJS.Signals>> = {
  'is told to end': 'SIGTERM',
  'tidies up': 'SIGTERM',
  'is killed': 'SIGKILL',
};

export const PROGRAM = fileURLToPath(new URL('./fixtures/program.ts', import.meta.url));

/** Runs a program to its end. One that does not end within 30 seconds is killed, which its signal shows. */
export async function runProgram(program: Program): Promise<Ended> {
  const child = spawn(process.execPath, ['--no-warnings', PROGRAM, JSON.stringify(program)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
    killSignal: 'SIGABRT',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const signal = SIGNALS[program.ending];
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
    // Once: a second one is what a user sends whose first was not heeded.
    if (signal !== undefined && !child.killed && printed.split('\n').length > program.after) child.kill(signal);
  });
  const [errors] = await Promise.all([text(child.stderr), once(child, 'close')]);
  // A killed one may have been in the middle of a line.
  const keys = printed.split('\n').slice(0, -1);
  return { code: child.exitCode, signal: child.signalCode, keys, errors };
}
