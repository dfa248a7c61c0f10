import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { LockManager } from '../../src/locks/lock-manager.js';
import type { LockManagerOptions } from '../../src/locks/options.js';

export type Command =
  | { op: 'hold'; name: string; mode: 'exclusive' | 'shared' }
  | { op: 'isHeld' | 'release' | 'timeOfNext'; name: string }
  | { op: 'block'; name: string; ms: number }
  | { op: 'section'; name: string; log: string; workMs: number }
  | { op: 'loop'; names: readonly string[]; log: string; workMs: number; readers: number; times?: number }
  | { op: 'end' };

export const FULL = process.env.GLOVEBOX_TEST_FULL === '1';
export const HAS_PROC = existsSync('/proc/self/stat');
/** Options of a manager that sees no `/proc`: it can't judge those who do, nor its own kind while their pid exists. */
export const NO_PROC = { procDir: '/nowhere/proc' };

export function makeTempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'glovebox-locks-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A manager on `dir`, closed after the test; an error that it tells of fails the test unless `onError` is given. */
export function makeManager(dir: string, options: Partial<LockManagerOptions> = {}): LockManager {
  const onError = (error: unknown) => {
    throw error;
  };
  const errors: unknown[] = [];
  const manager = new LockManager({
    locksDir: join(dir, 'locks'),
    crossProcess: true,
    onError: (error) => errors.push(error),
    ...options,
  });
  onTestFinished(async () => {
    await manager.close();
    for (const error of errors) onError(error);
  });
  return manager;
}

/** A process that takes locks as it is told. */
export class Contender {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #pending = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  #lastId = 0;

  static start(dir: string, options: Partial<LockManagerOptions> = {}): Contender {
    const contender = new Contender(JSON.stringify({ locksDir: join(dir, 'locks'), ...options }));
    onTestFinished(() => contender.kill());
    return contender;
  }

  private constructor(options: string) {
    this.#child = fork(new URL('./fixtures/contender.ts', import.meta.url), [options], { execArgv: [] });
    this.#closed = once(this.#child, 'exit').then(() => {
      for (const { reject } of this.#pending.values()) reject(new Error('the process ended'));
    });
    this.#child.on('message', (message: { id: number; result?: unknown; error?: string; code?: string }) => {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.error === undefined) pending?.resolve(message.result);
      else pending?.reject(Object.assign(new Error(message.error), { code: message.code }));
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the process did not start');
    return this.#child.pid;
  }

  tell(command: Command): Promise<unknown> {
    const id = ++this.#lastId;
    const reply = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    this.#child.send({ id, command });
    return reply;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  /** The exit code, once it has ended by itself. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }
}

/** Sections that overlapped, of a log that contenders wrote under the lock; readers may overlap each other. */
export function findOverlaps(log: string): { sections: number; overlaps: string[] } {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [];
  const spans = new Map<string, { first: number; last: number }>();
  for (const [index, id] of lines.entries()) {
    const span = spans.get(id);
    if (span === undefined) spans.set(id, { first: index, last: index });
    else span.last = index;
  }
  const overlaps: string[] = [];
  for (const [id, { first, last }] of spans) {
    const strangers = lines.slice(first, last + 1).filter((other) => other !== id);
    if (id.startsWith('writer') && strangers.length > 0) overlaps.push(`${id} with ${strangers[0]}`);
  }
  return { sections: spans.size, overlaps };
}
