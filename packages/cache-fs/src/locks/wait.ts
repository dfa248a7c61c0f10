/** A delay longer than this overflows Node's timers, which then fire at once. */
const MAX_DELAY_MS = 0x7fffffff;

const FIRST_PAUSE_MS = 1;
/** Short enough that a lock passes between processes within 20 ms, at a fraction of a per cent of a core. */
export const LONGEST_PAUSE_MS = 16;

export interface WaitOptions {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  timeoutError: (waitedMs: number) => Error;
  random: () => number;
}

/**
 * One caller's wait for a lock, across its stages. Its timers keep the process alive, unlike those of locks that are
 * held: somebody awaits its end, and without them Node would exit in the middle.
 */
export class Wait {
  readonly #startedAt = performance.now();
  readonly #options: WaitOptions;
  readonly #deadline: NodeJS.Timeout | undefined;
  readonly #onAbort: () => void;
  #failure: { reason: unknown } | undefined;
  #interrupt: ((reason: unknown) => void) | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(options: WaitOptions) {
    this.#options = options;
    const { signal, timeoutMs } = options;
    this.#onAbort = () => this.fail(signal?.reason);
    if (signal?.aborted) this.#onAbort();
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (timeoutMs <= MAX_DELAY_MS) {
      const onTimeout = () => this.fail(options.timeoutError(performance.now() - this.#startedAt));
      this.#deadline = setTimeout(onTimeout, timeoutMs);
    }
  }

  /** Ends the wait: what is awaited now, or next, rejects with `reason`. */
  fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#interrupt?.(reason);
  }

  /** @throws what has ended the wait already */
  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.reason;
  }

  /** Leaves no timer and no listener behind. */
  end(): void {
    clearTimeout(this.#deadline);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }

  /** Until `start`'s `done` is called; `start` returns what undoes it when the wait fails first. */
  until(start: (done: () => void) => () => void): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.reason);
    return new Promise((resolve, reject) => {
      const cancel = start(() => {
        this.#interrupt = undefined;
        resolve();
      });
      this.#interrupt = (reason) => {
        this.#interrupt = undefined;
        cancel();
        reject(reason);
      };
    });
  }

  /** A pause between two attempts: each longer than the one before, and random, so that processes do not march in step. */
  pause(): Promise<void> {
    const delayMs = this.#pauseMs * (0.5 + this.#options.random() / 2);
    this.#pauseMs = Math.min(this.#pauseMs * 1.5, LONGEST_PAUSE_MS);
    return this.sleep(delayMs);
  }

  sleep(delayMs: number): Promise<void> {
    return this.until((done) => {
      const timer = setTimeout(done, delayMs);
      return () => clearTimeout(timer);
    });
  }
}
