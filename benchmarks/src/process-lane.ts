import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { LaneAnswer, LaneRequest, LaneStart } from './lane-protocol.js';
import type { Lane } from './measure.js';
import type { Operation } from './operations.js';
import type { Subject } from './subject.js';

const PROGRAM = new URL('./lane-process.js', import.meta.url);

/** A subject whose module can't be had here, and why. */
export class UnavailableError extends Error {
  readonly subject: Subject;

  constructor(subject: Subject, reason: string) {
    super(`${subject.name} is left out: ${reason}`);
    this.name = 'UnavailableError';
    this.subject = subject;
  }
}

/**
 * A lane in a process of its own, as programs are. In one process, a cache's garbage would be collected on its neighbour's
 * time, code that a dozen configurations share would be compiled for all of them, and threads and timers of one peer would
 * run in the samples of another.
 */
export class ProcessLane implements Lane {
  readonly subject: Subject;
  readonly #child: ChildProcess;

  private constructor(subject: Subject, child: ChildProcess) {
    this.subject = subject;
    this.#child = child;
  }

  /** @throws UnavailableError, and whatever opening or checking the subject throws */
  static async open(subject: Subject, start: Omit<LaneStart, 'subject'>): Promise<ProcessLane> {
    const argument: LaneStart = { ...start, subject: subject.name };
    const child = fork(PROGRAM, [JSON.stringify(argument)], {
      // Errors come as errors.
      serialization: 'advanced',
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const lane = new ProcessLane(subject, child);
    try {
      await lane.#answer();
    } catch (error) {
      await lane.#end();
      throw error;
    }
    return lane;
  }

  async prepare(operation: Operation, sampleMs: number, warmUpMs: number): Promise<number> {
    return only(await this.#ask({ ask: 'prepare', operation: operation.name, sampleMs, warmUpMs }));
  }

  async sample(): Promise<number> {
    return only(await this.#ask({ ask: 'sample' }));
  }

  timeEach(count: number, atMostMs: number): Promise<readonly number[]> {
    return this.#ask({ ask: 'time each', count, atMostMs });
  }

  /** Closes the store and ends the process. */
  async close(): Promise<void> {
    try {
      if (this.#child.connected) await this.#ask({ ask: 'close' });
    } finally {
      await this.#end();
    }
  }

  async #end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.disconnect();
    await exited;
  }

  async #ask(request: LaneRequest): Promise<readonly number[]> {
    const answer = this.#answer();
    this.#child.send(request);
    return answer;
  }

  /** An error that tells whose it is. */
  #named(error: unknown): Error {
    const text = error instanceof Error ? error.message : String(error);
    return new Error(text.startsWith(this.subject.name) ? text : `${this.subject.name}: ${text}`, { cause: error });
  }

  /** The next answer. */
  async #answer(): Promise<readonly number[]> {
    const ended = new AbortController();
    const { signal } = ended;
    try {
      const answer = once(this.#child, 'message', { signal });
      const exit = once(this.#child, 'exit', { signal }).then(([code, killedBy]) => {
        throw new Error(`the process of ${this.subject.name} ended: ${code ?? killedBy}`);
      });
      const [message]: LaneAnswer[] = await Promise.race([answer, exit]);
      if (message === undefined) throw new Error(`no answer from the process of ${this.subject.name}`);
      if ('unavailable' in message) throw new UnavailableError(this.subject, message.unavailable);
      if ('error' in message) throw this.#named(message.error);
      return message.numbers;
    } finally {
      ended.abort();
    }
  }
}

function only([number]: readonly number[]): number {
  if (number === undefined) throw new Error('a process answered without a number');
  return number;
}
