/** Pause after a run, in times of its length, as far as `maxDelayMs` allows: the work takes a twentieth of the time. */
const PAUSE_PER_RUN = 19;

/** Runs a task some time after it was asked for, one run at a time, without keeping the process alive. */
export class BackgroundWork {
  readonly #task: () => Promise<void>;
  readonly #minDelayMs: number;
  readonly #maxDelayMs: number;
  #delayMs: number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;

  /**
   * @param task must not reject
   * @param delayMs from the first request to the run; up to `maxDelayMs` after a run that took long
   */
  constructor(task: () => Promise<void>, delayMs: number, maxDelayMs = delayMs) {
    this.#task = task;
    this.#minDelayMs = delayMs;
    this.#maxDelayMs = maxDelayMs;
    this.#delayMs = delayMs;
  }

  /** Sees to it that the task starts some time from now, and not before a run under way has ended. */
  request(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.run();
    }, this.#delayMs);
    this.#timer.unref();
  }

  /** Runs the task now, after a run under way; not once closed. */
  async run(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    if (this.#isClosed) return;
    const startedAt = performance.now();
    this.#running = this.#task().finally(() => {
      this.#running = undefined;
      const tookMs = performance.now() - startedAt;
      this.#delayMs = Math.min(this.#maxDelayMs, Math.max(this.#minDelayMs, tookMs * PAUSE_PER_RUN));
    });
    await this.#running;
  }

  /** Waits for a run under way; starts none afterwards. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }
}
