import type { CacheError } from './errors.js';

/** One run of a task that several callers wait for. It is aborted when the last of them has given up. */
export class Flight<R> {
  /** The key was written or removed meanwhile: the result still goes to those who wait, but not into the cache. */
  isOutdated = false;
  /**
   * It looks, or has looked, whether another process has stored the key. What it finds is not for those who join
   * afterwards, since a third process may have replaced or removed it before they asked:
   *
   * ```
   * A, first call         A, second call             B
   * looks: finds v1
   *                                                  removes v1
   *                       misses, joins
   * unlocks, gives v1
   *                       must not be given v1
   * ```
   */
  hasLooked = false;
  /** Somebody wants the result in the cache and not for himself: a cache that closes waits for it. */
  isKept = false;
  readonly result: Promise<R>;
  readonly #aborted: Promise<never>;
  #reject: (reason: CacheError) => void = () => {};
  #controller: AbortController | undefined;
  #abortReason: CacheError | undefined;
  #waiters = 0;

  /** @param task started later, so that one that asks for its own key waits instead of recursing */
  constructor(task: (flight: Flight<R>) => Promise<R>) {
    this.#aborted = new Promise((_resolve, reject) => {
      this.#reject = reject;
    });
    this.#aborted.catch(ignore);
    this.result = Promise.resolve().then(() => task(this));
  }

  /** Made when first asked for: most tasks never do. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  get isAborted(): boolean {
    return this.#abortReason !== undefined;
  }

  /** A caller waits for the result. */
  enter(): void {
    this.#waiters++;
  }

  /** A caller waits no longer; the last one ends the flight. */
  giveUp(reason: CacheError): void {
    if (--this.#waiters > 0) return;
    this.#abortReason = reason;
    this.#reject(reason);
    this.#controller?.abort(reason);
  }

  /** The outcome of `work`; a rejection as soon as the flight is aborted, since what does not end must not hold its lock. */
  untilAborted<T>(work: Promise<T>): Promise<T> {
    return Promise.race([this.#aborted, work]);
  }
}

/** Shares one run of a task among all that ask for the same key while it runs. */
export class SingleFlight<R> {
  readonly #running = new Map<string, Flight<R>>();

  has(key: string): boolean {
    return this.#running.has(key);
  }

  /** Joins the flight of `key`, or starts one and leads it. The caller enters it before anything else happens. */
  join(key: string, task: (flight: Flight<R>) => Promise<R>): { flight: Flight<R>; isLeader: boolean } {
    const known = this.#running.get(key);
    if (known !== undefined) return { flight: known, isLeader: false };
    const flight = new Flight(task);
    this.#running.set(key, flight);
    const end = () => this.end(key, flight);
    flight.result.then(end, end);
    return { flight, isLeader: true };
  }

  /** Later callers start afresh. */
  end(key: string, flight: Flight<R>): void {
    if (this.#running.get(key) === flight) this.#running.delete(key);
  }

  /** Later callers start afresh; the running flight is outdated. */
  outdate(key: string): void {
    if (this.#running.size === 0) return;
    const known = this.#running.get(key);
    if (known === undefined) return;
    known.isOutdated = true;
    this.#running.delete(key);
  }

  outdateAll(prefix: string): void {
    for (const key of [...this.#running.keys()]) if (key.startsWith(prefix)) this.outdate(key);
  }
}

function ignore(): void {}
