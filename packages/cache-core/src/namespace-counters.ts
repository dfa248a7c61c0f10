import type { Clock } from './clock.js';
import type { CacheEventName } from './events.js';
import { NAMESPACE_MARK } from './namespace-keys.js';
import { type CacheCounters, COUNTER, type CounterName, createCounters } from './stats.js';

/** The events that are counted, and as what. */
const COUNTED = {
  hit: 'hitCount',
  miss: 'missCount',
  set: 'setCount',
  delete: 'deleteCount',
  evict: 'evictionCount',
  expire: 'expiredCount',
  error: 'errorCount',
} as const satisfies Partial<Record<CacheEventName, CounterName>>;

type CountedEvent = keyof typeof COUNTED;

/** What this instance does with the keys of each namespace, counted by its events from the first namespace on. */
export class NamespaceCounters {
  readonly #clock: Clock;
  readonly #counters = new Map<string, CacheCounters>();

  /** @param on registers a listener for an event */
  constructor(clock: Clock, on: (name: CountedEvent, listener: (event: { readonly key?: string }) => void) => void) {
    this.#clock = clock;
    for (const [event, counter] of Object.entries(COUNTED)) {
      on(event as CountedEvent, ({ key }) => this.#count(key, counter));
    }
  }

  /** @param prefix of the namespace's keys */
  of(prefix: string): CacheCounters {
    const counters = this.#counters.get(prefix) ?? createCounters();
    this.#counters.set(prefix, counters);
    return counters;
  }

  #count(key: string | undefined, counter: CounterName): void {
    if (key === undefined || !key.startsWith(NAMESPACE_MARK)) return;
    const counters = this.of(key.slice(0, key.indexOf(NAMESPACE_MARK, 1) + 1));
    counters[COUNTER[counter]] = (counters[COUNTER[counter]] ?? 0) + 1;
    counters[COUNTER.lastUpdatedAt] = this.#clock.now();
  }
}
