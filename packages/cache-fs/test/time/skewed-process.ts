import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { CacheMetadata, CacheStats, SetOptions } from '@glovebox/cache-core';
import { onTestFinished } from 'vitest';
import type { FilesystemCacheOptions } from '../../src/options.js';
import { eventually } from '../support.js';

/** Where a process is to stop itself: at whichever of the calls comes first. */
export interface StopPlace {
  readonly calls: readonly ('renameSync' | 'readSync' | 'readFileSync')[];
  /** A part of the path that is called for. */
  readonly path: string;
  readonly when: 'before' | 'after';
  /** Calls while this file is not there are let through. */
  readonly whileExists?: string;
}

export type Command =
  | { op: 'set'; key: string; value: unknown; options?: SetOptions }
  | { op: 'getOrSet'; key: string; value: unknown }
  | { op: 'get' | 'delete' | 'getMetadata' | 'hold' | 'release'; key: string }
  | { op: 'getStats' | 'cleanup' | 'close' }
  | { op: 'setClock'; errorMs: number }
  | ({ op: 'stopAt' } & StopPlace);

/** A process on a store, under a clock of its own, that does as it is told. */
export class SkewedProcess {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  #lastId = 0;

  /** @param errorMs by how much its clock is ahead */
  static async start(options: FilesystemCacheOptions, errorMs = 0): Promise<SkewedProcess> {
    const common = { cleanupIntervalSeconds: null, lockTimeoutMs: 500 };
    const args = [JSON.stringify({ ...common, ...options }), `${errorMs}`];
    const child = fork(new URL('./fixtures/skewed.ts', import.meta.url), args, { execArgv: ['--no-warnings'] });
    onTestFinished(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    });
    await once(child, 'message');
    return new SkewedProcess(child);
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', ({ id, result, error }: { id: number; result?: unknown; error?: string }) => {
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) pending?.resolve(result);
      else pending?.reject(new Error(error));
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the process did not start');
    return this.#child.pid;
  }

  tell(command: Command & { op: 'getStats' }): Promise<CacheStats>;
  tell(command: Command & { op: 'getMetadata' }): Promise<CacheMetadata | undefined>;
  tell(command: Command): Promise<unknown>;
  tell(command: Command): Promise<unknown> {
    const id = ++this.#lastId;
    const reply = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    this.#child.send({ id, command });
    return reply;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until it has stopped itself. */
  async stopped(): Promise<void> {
    const isStopped = () => / T /.test(readFileSync(`/proc/${this.pid}/stat`, 'utf8'));
    await eventually(isStopped, 'the process is stopped');
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}
