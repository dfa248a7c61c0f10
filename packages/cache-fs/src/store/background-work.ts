/** Runs a task some time after it was asked for, one run at a time, without keeping the process alive. */
export class BackgroundWork {
  readonly #task: () => Promise<void>;
  readonly #delayMs: number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;

  /** @param task must not reject */
  constructor(task: () => Promise<void>, delayMs: number) {
    this.#task = task;
    this.#delayMs = delayMs;
  }

  /** Sees to it that the task starts at most `delayMs` from now, and not before a run under way has ended. */
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
    this.#running = this.#task().finally(() => {
      this.#running = undefined;
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
