import type { Clock } from './clock.js';

/** Failures kept at once: a service that is down fails for every key. */
const MAX_FAILURES = 1_000;

interface Failure {
  readonly error: unknown;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** Errors of factories, for as long as their callers want them instead of another run. In this instance only. */
export class FailureMemory {
  readonly #clock: Clock;
  readonly #failures = new Map<string, Failure>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string): Failure | undefined {
    const failure = this.#failures.get(key);
    if (failure === undefined || failure.until > this.#clock.now()) return failure;
    this.#failures.delete(key);
    return undefined;
  }

  remember(key: string, error: unknown, forMs: number): void {
    this.#failures.delete(key);
    this.#failures.set(key, { error, until: this.#clock.now() + forMs });
    if (this.#failures.size <= MAX_FAILURES) return;
    for (const oldest of this.#failures.keys()) {
      this.#failures.delete(oldest);
      return;
    }
  }

  forget(key: string): void {
    if (this.#failures.size > 0) this.#failures.delete(key);
  }

  forgetAll(prefix: string): void {
    for (const key of [...this.#failures.keys()]) if (key.startsWith(prefix)) this.#failures.delete(key);
  }
}
