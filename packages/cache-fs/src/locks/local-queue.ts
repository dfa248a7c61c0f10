import type { Wait } from './wait.js';

export type LockMode = 'exclusive' | 'shared';

/** Where a caller stands: first contending with other processes, then holding. */
export interface Place {
  /** The lock was had; lets the next in, if it may come in beside this one. */
  hold(): void;
  /** Makes way for the next; does nothing the second time. */
  leave(): void;
}

interface Waiter {
  mode: LockMode;
  admit: () => void;
}

/**
 * The queue of one process at one lock: first come, first served, readers beside each other. Only the first contends
 * with other processes, so that a hundred callers cost them no more than one. A writer lets no later reader past.
 */
export class LocalQueue {
  readonly #waiters: Waiter[] = [];
  #isContending = false;
  #hasWriter = false;
  #readerCount = 0;

  /** Nobody holds, contends or waits. */
  get isIdle(): boolean {
    return !this.#isContending && !this.#hasWriter && this.#readerCount === 0 && this.#waiters.length === 0;
  }

  /** A place at once, or none. */
  tryEnter(mode: LockMode): Place | undefined {
    if (this.#waiters.length > 0 || !this.#admits(mode)) return undefined;
    this.#isContending = true;
    return this.#place(mode);
  }

  async enter(mode: LockMode, wait: Wait): Promise<Place> {
    const place = this.tryEnter(mode);
    if (place !== undefined) return place;
    await wait.until((done) => {
      const waiter = { mode, admit: done };
      this.#waiters.push(waiter);
      return () => {
        const index = this.#waiters.indexOf(waiter);
        if (index >= 0) this.#waiters.splice(index, 1);
        // Readers may have queued behind a writer that has now given up.
        this.#admitNext();
      };
    });
    return this.#place(mode);
  }

  #admits(mode: LockMode): boolean {
    if (this.#isContending || this.#hasWriter) return false;
    return mode === 'shared' || this.#readerCount === 0;
  }

  #admitNext(): void {
    const next = this.#waiters[0];
    if (next === undefined || !this.#admits(next.mode)) return;
    this.#waiters.shift();
    // Already now, and not when its promise settles: nobody may enter in between.
    this.#isContending = true;
    next.admit();
  }

  #place(mode: LockMode): Place {
    let stage: 'contending' | 'holding' | 'gone' = 'contending';
    return {
      hold: () => {
        if (stage !== 'contending') return;
        stage = 'holding';
        this.#isContending = false;
        if (mode === 'exclusive') this.#hasWriter = true;
        else this.#readerCount++;
        this.#admitNext();
      },
      leave: () => {
        if (stage === 'gone') return;
        if (stage === 'contending') this.#isContending = false;
        else if (mode === 'exclusive') this.#hasWriter = false;
        else this.#readerCount--;
        stage = 'gone';
        this.#admitNext();
      },
    };
  }
}
