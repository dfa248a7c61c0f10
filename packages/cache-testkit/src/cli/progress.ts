import type { CheckResult } from '../run-check.js';
import type { StartedCheck } from '../run-conformance.js';

const LIVE_INTERVAL_MS = 100;
const LINE_INTERVAL_MS = 5_000;
const CLEAR_LINE = '\r\u001b[K';

/** Where progress goes: stderr, or what stands in for it. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Says how far a run is: on a terminal in one line that changes, elsewhere in a line every five seconds. */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #total: number;
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout;
  #check: StartedCheck | undefined;
  #done = 0;
  #failed = 0;

  /** @param total checks to run, once for each configuration */
  constructor(stream: ProgressStream, total: number) {
    this.#stream = stream;
    this.#total = total;
    this.#timer = setInterval(() => this.#draw(), stream.isTTY === true ? LIVE_INTERVAL_MS : LINE_INTERVAL_MS);
    this.#timer.unref();
  }

  started(check: StartedCheck): void {
    this.#check = check;
  }

  finished({ status }: CheckResult): void {
    this.#done++;
    if (status === 'failed') this.#failed++;
  }

  end(): void {
    clearInterval(this.#timer);
    if (this.#stream.isTTY === true) this.#stream.write(CLEAR_LINE);
  }

  #draw(): void {
    if (this.#check === undefined) return;
    const seconds = Math.round((performance.now() - this.#startedAt) / 1_000);
    const { id, configuration } = this.#check;
    const line = `${this.#done}/${this.#total} checks, ${this.#failed} failed, ${seconds} s: ${id} (${configuration})`;
    // A line longer than the terminal could not be taken back.
    const { isTTY, columns = 80 } = this.#stream;
    this.#stream.write(isTTY === true ? `${CLEAR_LINE}${line.slice(0, columns - 1)}` : `${line}\n`);
  }
}
