import { LONGEST_PAUSE_MS } from './wait.js';

const MAX_BURST_MS = 100;
/** Longer than any pause of those who wait, so that each of them looks once. */
const YIELD_MS = LONGEST_PAUSE_MS + 4;
/** Forgetting costs others one turn at most. */
const MAX_NAMES = 1000;

interface Burst {
  startedAt: number;
  releasedAt: number;
}

/**
 * Fairness between processes. The next caller in this process takes a lock within microseconds of its release, while
 * other processes look every few milliseconds: without a rule they would hardly ever find it free.
 */
export class Turns {
  readonly #bursts = new Map<string, Burst>();

  /** How long to stand back before contending for `name`, in milliseconds. */
  yieldMs(name: string): number {
    const burst = this.#bursts.get(name);
    if (burst === undefined) return 0;
    const now = performance.now();
    const isOver = now - burst.releasedAt >= YIELD_MS;
    const isTooLong = now - burst.startedAt > MAX_BURST_MS;
    if (isOver || isTooLong) this.#bursts.delete(name);
    return isTooLong && !isOver ? YIELD_MS : 0;
  }

  /** The lock was released by this process after it was had at `heldSince`, by `performance.now()`. */
  released(name: string, heldSince: number): void {
    const burst = this.#bursts.get(name);
    if (burst !== undefined) {
      burst.releasedAt = performance.now();
      return;
    }
    if (this.#bursts.size >= MAX_NAMES) this.#bursts.clear();
    this.#bursts.set(name, { startedAt: heldSince, releasedAt: performance.now() });
  }
}
