/** What a running task may ask of its flight. */
export interface Flight {
  /** The key was written or removed meanwhile: the result still goes to its waiters, but not into the cache. */
  readonly isOutdated: boolean;
}

interface RunningFlight<R> {
  readonly flight: { isOutdated: boolean };
  readonly result: Promise<R>;
}

/** Shares one run of a task among all that ask for the same key while it runs. */
export class SingleFlight<R> {
  readonly #running = new Map<string, RunningFlight<R>>();

  /** Joins the flight of `key`, or starts one and leads it. */
  join(key: string, task: (flight: Flight) => Promise<R>): { result: Promise<R>; isLeader: boolean } {
    const known = this.#running.get(key);
    if (known !== undefined) return { result: known.result, isLeader: false };
    const flight = { isOutdated: false };
    // The task starts after the flight is known, so that a task asking for its own key waits instead of recursing.
    const result = Promise.resolve()
      .then(() => task(flight))
      .finally(() => {
        if (this.#running.get(key)?.flight === flight) this.#running.delete(key);
      });
    this.#running.set(key, { flight, result });
    return { result, isLeader: true };
  }

  /** Later callers start afresh; the running flight is outdated. */
  outdate(key: string): void {
    if (this.#running.size === 0) return;
    const known = this.#running.get(key);
    if (known === undefined) return;
    known.flight.isOutdated = true;
    this.#running.delete(key);
  }

  outdateAll(): void {
    for (const key of [...this.#running.keys()]) this.outdate(key);
  }
}
