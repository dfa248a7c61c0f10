import { Child } from './child.js';
import { hireChild, keepChild } from './child-pool.js';
import { MessageQueue } from './message-queue.js';
import type { MessageFromWorker, WorkerTask } from './protocol.js';

const MIN_START_SECONDS = 60;

/** A process did not do what it was asked: it threw, died, or took too long. */
export class WorkerFailure extends Error {
  override readonly name = 'WorkerFailure';
}

export interface WorkerSettings {
  /** Real seconds after `go`, or after a report, in which the routine must end or report. */
  readonly timeoutSeconds: number;
  /** A process of its own, never used before or after. */
  readonly isFresh: boolean;
  /** Variables that a fresh process is started with. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** A routine in a process, seen from outside. `R` is what the routine returns. */
export class WorkerProcess<R = unknown> {
  readonly number: number;
  /** Resolves when target and routine are imported: {@link go} starts the routine without delay then. */
  readonly loaded: Promise<void>;
  /** What the routine returned. Rejects with a {@link WorkerFailure} where it threw, died or took too long. */
  readonly result: Promise<R>;
  readonly #child: Child;
  readonly #settings: WorkerSettings;
  readonly #reports = new MessageQueue();
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  #resolveLoaded: () => void = () => {};
  #settle: { resolve(result: R): void; reject(error: Error): void } = { resolve() {}, reject() {} };

  constructor(task: WorkerTask, settings: WorkerSettings) {
    this.number = task.number;
    this.#settings = settings;
    this.result = new Promise<R>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    const loaded = new Promise<void>((resolve) => {
      this.#resolveLoaded = resolve;
    });
    this.loaded = Promise.race([loaded, this.result.then(() => {})]);
    // Whoever waits for neither is told by nothing else that fails either.
    this.result.catch(() => {});
    this.loaded.catch(() => {});
    this.#child = settings.isFresh ? new Child(settings.env) : hireChild();
    this.#child.employ({
      onMessage: (message) => this.#take(message),
      onExit: (how) => this.#fail(`${how} before its routine did${this.#errorOutput()}`),
    });
    this.#limitTime('start');
    this.#child.send({ kind: 'load', task });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** When the end of the process was seen, in nanoseconds of the monotonic clock; `undefined` while it lives. */
  get exitedAt(): number | undefined {
    return this.#child.exitedAt;
  }

  /** Starts the routine, as soon as it is loaded. */
  async go(): Promise<void> {
    await this.loaded;
    this.#limitTime('end');
    this.#child.send({ kind: 'go' });
  }

  /** Hands something to the routine's `received()`. */
  tell(body: unknown): void {
    this.#child.send({ kind: 'tell', body });
  }

  /** Asks the routine to come to its end; its result is what it did until then. */
  stop(): Promise<R> {
    this.#child.send({ kind: 'stop' });
    return this.result;
  }

  /** The next thing that the routine reports. @throws WorkerFailure if the process ends without */
  async nextReport(): Promise<unknown> {
    const report = await this.#reports.next();
    if (report.done !== true) return report.value;
    await this.result;
    throw new WorkerFailure(`process ${this.number} ended without a report that was waited for`);
  }

  /** `kill -9`; resolves when the process is gone. */
  async kill(): Promise<void> {
    await this.#child.kill();
  }

  /** Ends the process, unless its routine has ended. */
  async dispose(): Promise<void> {
    if (!this.#isOver) await this.kill();
  }

  #take(message: MessageFromWorker): void {
    if (message.kind === 'loaded') this.#resolveLoaded();
    else if (message.kind === 'report') {
      this.#limitTime('go on');
      this.#reports.push(message.body);
    } else if (message.kind === 'failed') {
      this.#fail(`failed: ${message.message}`, message.stack);
      // What it left half done is no ground for another task.
      this.#child.killNow();
    } else if (this.#end()) {
      if (this.#settings.isFresh) this.#child.killNow();
      else keepChild(this.#child);
      this.#settle.resolve(message.result as R);
    }
  }

  #fail(how: string, stack?: string): void {
    if (!this.#end()) return;
    const failure = new WorkerFailure(`process ${this.number} ${how}`);
    if (stack !== undefined) failure.stack = stack;
    this.#settle.reject(failure);
  }

  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#reports.end();
    return true;
  }

  #limitTime(what: 'start' | 'end' | 'go on'): void {
    clearTimeout(this.#timer);
    if (this.#isOver) return;
    // A busy machine takes its time to start a process, which is nobody's fault.
    const timeoutSeconds = Math.max(this.#settings.timeoutSeconds, what === 'start' ? MIN_START_SECONDS : 0);
    this.#timer = setTimeout(() => {
      this.#fail(`did not ${what} within ${timeoutSeconds} seconds: an operation hangs${this.#errorOutput()}`);
      this.#child.killNow();
    }, timeoutSeconds * 1_000);
  }

  #errorOutput(): string {
    const { errorOutput } = this.#child;
    return errorOutput === '' ? '' : `; it wrote: ${errorOutput}`;
  }
}
