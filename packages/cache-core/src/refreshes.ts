import type { Flight } from './single-flight.js';
import type { StoreAccess } from './store-access.js';
import { LATE, within } from './timeouts.js';

/** How long a closing cache waits for refreshes, by its clock. */
const CLOSE_WAIT_MS = 1_000;

interface RefreshEnd {
  readonly onFailure: (error: unknown) => void;
  /** Its time was up. */
  readonly onLate: () => void;
  /** The cache closes and can't wait any longer. */
  readonly onClose: () => void;
}

interface Refresh {
  readonly done: Promise<void>;
  readonly stop: () => void;
}

/** Flights that nobody waits for, so that none of them rejects unheard or outlives the cache. */
export class Refreshes {
  readonly #store: StoreAccess<unknown>;
  readonly #running = new Set<Refresh>();

  constructor(store: StoreAccess<unknown>) {
    this.#store = store;
  }

  /** @param limitMs how long the flight may go on; `undefined` for as long as the cache is open */
  add(flight: Flight<unknown>, limitMs: number | undefined, end: RefreshEnd): void {
    let stop = () => {};
    const stopped = new Promise<'stopped'>((resolve) => {
      stop = () => resolve('stopped');
    });
    flight.isKept = true;
    const work = Promise.race([flight.result, stopped]);
    const done = within(this.#store.clock, work, limitMs).then(
      (outcome) => {
        if (outcome === LATE) end.onLate();
        else if (outcome === 'stopped') {
          flight.isKept = false;
          end.onClose();
        }
      },
      (error: unknown) => end.onFailure(error),
    );
    const refresh: Refresh = { done: done.finally(() => this.#running.delete(refresh)), stop };
    this.#running.add(refresh);
  }

  /** Lets them end for a moment, and stops those that take longer. */
  async close(): Promise<void> {
    if (this.#running.size === 0) return;
    const running = [...this.#running];
    const all = Promise.all(running.map(({ done }) => done));
    if ((await within(this.#store.clock, all, CLOSE_WAIT_MS)) !== LATE) return;
    for (const { stop } of running) stop();
    await all;
  }
}
