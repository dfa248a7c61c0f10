import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LaneAnswer, LaneRequest, LaneStart } from './lane-protocol.js';
import type { Lane } from './measure.js';
import type { Operation } from './operations.js';
import type { Subject } from './subject.js';

/**
 * A lane in a thread of its own, which has its own heap and compiles its own code. In one thread, a cache's garbage would
 * be collected on its neighbour's time, and code that a dozen configurations share would be compiled for all of them,
 * while a program has one.
 */
export class ThreadLane implements Lane {
  readonly subject: Subject;
  readonly #worker: Worker;

  private constructor(subject: Subject, worker: Worker) {
    this.subject = subject;
    this.#worker = worker;
  }

  /** @throws whatever opening or checking the subject throws */
  static async open(subject: Subject, start: Omit<LaneStart, 'subject'>): Promise<ThreadLane> {
    const workerData: LaneStart = { ...start, subject: subject.name };
    const worker = new Worker(new URL('./lane-thread.js', import.meta.url), { workerData });
    const lane = new ThreadLane(subject, worker);
    try {
      await lane.#answer();
    } catch (error) {
      await worker.terminate();
      throw error;
    }
    return lane;
  }

  prepare(operation: Operation, sampleMs: number, warmUpMs: number): Promise<number> {
    return this.#ask({ ask: 'prepare', operation: operation.name, sampleMs, warmUpMs });
  }

  sample(): Promise<number> {
    return this.#ask({ ask: 'sample' });
  }

  /** Closes the store and ends the thread. */
  async close(): Promise<void> {
    await this.#ask({ ask: 'close' });
    await this.#worker.terminate();
  }

  async #ask(request: LaneRequest): Promise<number> {
    const answer = this.#answer();
    this.#worker.postMessage(request);
    return answer;
  }

  /** The next answer. `once` rejects when the thread fails altogether. */
  async #answer(): Promise<number> {
    const [answer]: LaneAnswer[] = await once(this.#worker, 'message');
    if (answer === undefined) throw new Error(`no answer from the thread of ${this.subject.name}`);
    if ('error' in answer) throw answer.error;
    return answer.result;
  }
}
