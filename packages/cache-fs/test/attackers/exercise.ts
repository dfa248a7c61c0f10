import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll } from 'vitest';
import type { FilesystemCacheOptions } from '../../src/index.js';

/** What came of doing a bit of everything with a cache. */
export interface Exercise {
  /** The code of the error with which the opening was refused. */
  readonly refused?: string;
  /** An operation rejected that must not: with what. */
  readonly rejected?: string;
  readonly other?: unknown;
  readonly before?: unknown;
  readonly computed?: unknown;
  readonly stored?: boolean;
  readonly after?: unknown;
  readonly keys?: readonly string[];
  /** `'ran'`, or the code of the error. */
  readonly locked?: string;
  readonly shared?: string;
  readonly hitCount?: number;
  /** Whether every object has got a property by now. */
  readonly isPolluted?: boolean;
  /** Log lines, and errors as a program would print them. */
  readonly said: readonly string[];
}

const HANGS_AFTER_MS = 20_000;

/**
 * Exercises caches in a process of their own, since one that waits for a pipe or reads a device never comes back. It is
 * ended then, and the next exercise gets a new one.
 */
export class Exerciser {
  #child: ChildProcess | undefined;

  constructor() {
    afterAll(() => this.#end());
  }

  async exercise(options: FilesystemCacheOptions): Promise<Exercise> {
    this.#child ??= fork(new URL('./fixtures/exerciser.ts', import.meta.url), { execArgv: ['--no-warnings'] });
    const child = this.#child;
    const answered = new AbortController();
    const answer = once(child, 'message', { signal: answered.signal }).then(([message]) => message as Exercise);
    const ended = once(child, 'exit', { signal: answered.signal }).then(() => 'ended' as const);
    let timer: NodeJS.Timeout | undefined;
    const hung = new Promise<'hung'>((resolve) => {
      timer = setTimeout(resolve, HANGS_AFTER_MS, 'hung');
    });
    child.send(options);
    try {
      const outcome = await Promise.race([answer, ended, hung]);
      if (typeof outcome === 'object') return outcome;
      throw new Error(
        outcome === 'hung' ? 'it never came back' : `the process ended: ${child.exitCode ?? child.signalCode}`,
      );
    } catch (error) {
      this.#end();
      throw error;
    } finally {
      clearTimeout(timer);
      answered.abort();
      await Promise.allSettled([answer, ended]);
    }
  }

  #end(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}
