/** Stops a repeating timer. */
export type CancelTimer = () => void;

/** The time that a cache lives by. Tests move their own, so that none waits for a time to live. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `task` every `intervalMs` without keeping the process alive. */
  repeat(task: () => void, intervalMs: number): CancelTimer;
}

export const systemClock: Clock = {
  now: Date.now,
  repeat(task, intervalMs) {
    // Longer delays than a signed 32-bit number make Node fire at once.
    const timer = setInterval(task, Math.min(intervalMs, 0x7fffffff));
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #timers = new Set<{ task: () => void; intervalMs: number; dueAt: number }>();

  /** @param startMs epoch milliseconds */
  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  repeat(task: () => void, intervalMs: number): CancelTimer {
    const timer = { task, intervalMs, dueAt: this.#nowMs + intervalMs };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many timers are running: none after everything that used the clock was closed. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /** Moves to `nowMs` (backwards too), running the timers that fall due on the way, in order. */
  set(nowMs: number): void {
    for (;;) {
      let next: { task: () => void; intervalMs: number; dueAt: number } | undefined;
      for (const timer of this.#timers) {
        if (timer.dueAt <= nowMs && (next === undefined || timer.dueAt < next.dueAt)) next = timer;
      }
      if (next === undefined) break;
      this.#nowMs = Math.max(this.#nowMs, next.dueAt);
      next.dueAt += next.intervalMs;
      next.task();
    }
    this.#nowMs = nowMs;
  }

  /** Moves forward by `milliseconds`. */
  advance(milliseconds: number): void {
    this.set(this.#nowMs + milliseconds);
  }
}
