import type { CacheError } from './errors.js';
import { isPromiseLike } from './key-queue.js';
import { printableKey } from './observation.js';
import { describeValue } from './options.js';
import type { CacheLogger } from './types.js';

/** The same fault is logged again after this long, with the number of times it came meanwhile. */
const REPEAT_AFTER_MS = 60_000;
const MAX_KINDS = 100;

/** Logs each kind of fault once and then once a minute: a full disk must not fill the log as well. */
export class FaultLog {
  readonly #kinds = new Map<string, { loggedAt: number; unlogged: number }>();
  readonly #logger: CacheLogger | undefined;
  readonly #cacheName: string;

  constructor(cacheName: string, logger: CacheLogger | undefined) {
    this.#cacheName = cacheName;
    this.#logger = logger;
  }

  /** @param now epoch milliseconds */
  record(operation: string, error: CacheError, now: number): void {
    if (this.#logger === undefined) return;
    const kind = `${operation} ${error.code} ${systemCode(error.cause)}`;
    const known = this.#kinds.get(kind);
    if (known !== undefined && Math.abs(now - known.loggedAt) < REPEAT_AFTER_MS) {
      known.unlogged++;
      return;
    }
    if (known === undefined && this.#kinds.size >= MAX_KINDS) this.#kinds.clear();
    this.#kinds.set(kind, { loggedAt: now, unlogged: 0 });
    const key = error.key === undefined ? '' : ` of ${printableKey(error.key)}`;
    const more = known !== undefined && known.unlogged > 0 ? ` (and ${known.unlogged} times more since)` : '';
    const line = `${this.#cacheName} cache: ${operation}${key} failed: ${error.message} [${error.code}]${more}`;
    try {
      const logged: unknown = this.#logger.warn(line);
      if (isPromiseLike(logged)) logged.then(undefined, ignore);
    } catch {
      // A logger that throws, now or later, must not turn a miss into a rejection.
    }
  }
}

function systemCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? describeValue(cause.code) : '';
}

function ignore(): void {}
