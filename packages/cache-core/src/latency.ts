import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { originOf } from './forwarding-cache.js';
import type { OperationOutcome } from './observation.js';
import { checkOptions, type OptionRules } from './options.js';
import { type OperationTrace, TRACED_OPERATIONS, type TracedOperation, tracing } from './tracing.js';
import type { CacheManager } from './types.js';

/** Two significant digits: what is told is at most a hundredth off, and a histogram takes some 50 KB. */
const FIGURES = 2;
/** Longest duration that is told apart from longer ones: an hour. */
const HIGHEST_NANOSECONDS = 3_600_000_000_000;

/** Upper bounds of the buckets, in seconds: from a read of memory to a slow factory, four or five a decade. */
export const LATENCY_BUCKETS_SECONDS: readonly number[] = Object.freeze([
  0.000_000_5, 0.000_001, 0.000_002_5, 0.000_005, 0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001,
  0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
]);

/** How long the operations of one kind took that ended in one way. Those in microseconds are within a hundredth, the mean exact. */
export interface LatencySummary {
  readonly operation: TracedOperation;
  readonly outcome: OperationOutcome;
  readonly count: number;
  readonly totalSeconds: number;
  readonly minMicroseconds: number;
  readonly maxMicroseconds: number;
  readonly meanMicroseconds: number;
  readonly p50Microseconds: number;
  readonly p90Microseconds: number;
  readonly p99Microseconds: number;
  readonly p999Microseconds: number;
  /** For each of `LATENCY_BUCKETS_SECONDS`, how many took no longer. */
  readonly cumulativeCounts: readonly number[];
}

export interface LatencyOptions {
  /** @default all */
  readonly operations?: readonly TracedOperation[];
  /** Milliseconds of a clock that only goes forward. @default `performance.now` */
  readonly now?: () => number;
}

const rules = {
  operations: (value) =>
    Array.isArray(value) && value.every((name) => TRACED_OPERATIONS.includes(name))
      ? undefined
      : `a list of ${TRACED_OPERATIONS.join(', ')}`,
  now: (value) => (typeof value === 'function' ? undefined : 'a function'),
} as const satisfies OptionRules;

/** What has been recorded of one cache since it was asked for. */
export interface LatencyRecorder {
  /** By operation and outcome, in the order in which they first came. */
  summaries(): readonly LatencySummary[];
  /** Forgets what has been recorded. */
  reset(): void;
  /** Ends the recording; what has been recorded stays. */
  stop(): void;
}

/**
 * Measures the operations of a cache, or of a namespace of one, until `stop` is called. While it does, operations of every
 * cache of the process are traced, which takes about a microsecond each; before and afterwards it costs nothing.
 * @throws CacheError `CACHE_CLOSED`, or `CACHE_INVALID_CONFIG` for a wrong option
 */
export function recordLatencies(cache: CacheManager, options: LatencyOptions = {}): LatencyRecorder {
  checkOptions('recordLatencies', options, rules);
  const { operations = TRACED_OPERATIONS, now = () => performance.now() } = options;
  const { instance, namespace } = originOf(cache);
  const startedAt = new WeakMap<object, number>();
  let kinds = new Map<string, Latency>();

  const isMeant = (message: OperationTrace) =>
    message.instance === instance && (namespace === undefined || message.namespace === namespace);
  const onStart = (message: unknown) => {
    if (isMeant(message as OperationTrace)) startedAt.set(message as OperationTrace, now());
  };
  const onEnd = (message: unknown) => {
    const started = startedAt.get(message as OperationTrace);
    const { operation, outcome } = message as OperationTrace;
    if (started === undefined || outcome === undefined) return;
    const kind = `${operation} ${outcome}`;
    const known = kinds.get(kind) ?? new Latency(operation, outcome);
    kinds.set(kind, known);
    known.record(now() - started);
  };

  const channels = operations.map((operation) => tracing[operation]);
  for (const { start, asyncEnd } of channels) {
    start.subscribe(onStart);
    asyncEnd.subscribe(onEnd);
  }
  const stop = () => {
    for (const { start, asyncEnd } of channels) {
      start.unsubscribe(onStart);
      asyncEnd.unsubscribe(onEnd);
    }
  };
  return {
    summaries: () => Array.from(kinds.values(), (latency) => latency.summary()),
    reset: () => {
      kinds = new Map();
    },
    stop,
  };
}

/** Durations of one kind of operation: a histogram for percentiles, and buckets that those of others can be added to. */
class Latency {
  readonly #operation: TracedOperation;
  readonly #outcome: OperationOutcome;
  readonly #histogram: RecordableHistogram = createHistogram({ highest: HIGHEST_NANOSECONDS, figures: FIGURES });
  readonly #bucketCounts = LATENCY_BUCKETS_SECONDS.map(() => 0);
  #totalMs = 0;

  constructor(operation: TracedOperation, outcome: OperationOutcome) {
    this.#operation = operation;
    this.#outcome = outcome;
  }

  record(durationMs: number): void {
    this.#totalMs += durationMs;
    this.#histogram.record(Math.min(HIGHEST_NANOSECONDS, Math.max(1, Math.round(durationMs * 1_000_000))));
    const bucket = LATENCY_BUCKETS_SECONDS.findIndex((bound) => durationMs <= bound * 1_000);
    if (bucket >= 0) this.#bucketCounts[bucket] = (this.#bucketCounts[bucket] ?? 0) + 1;
  }

  summary(): LatencySummary {
    const histogram = this.#histogram;
    const percentile = (share: number) => histogram.percentile(share) / 1_000;
    let below = 0;
    return {
      operation: this.#operation,
      outcome: this.#outcome,
      count: histogram.count,
      totalSeconds: this.#totalMs / 1_000,
      minMicroseconds: histogram.min / 1_000,
      maxMicroseconds: histogram.max / 1_000,
      meanMicroseconds: (this.#totalMs * 1_000) / histogram.count,
      p50Microseconds: percentile(50),
      p90Microseconds: percentile(90),
      p99Microseconds: percentile(99),
      p999Microseconds: percentile(99.9),
      cumulativeCounts: this.#bucketCounts.map((count) => {
        below += count;
        return below;
      }),
    };
  }
}
