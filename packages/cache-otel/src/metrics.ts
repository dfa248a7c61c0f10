import { channel } from 'node:diagnostics_channel';
import type { CacheManager, OperationTrace, TracedOperation } from '@glovebox/cache-core';
import type { BatchObservableCallback, Meter } from '@opentelemetry/api';
import { errorTypeOf } from './errors.js';
import type { NamedCaches } from './named-caches.js';
import { ATTRIBUTE, METRIC } from './names.js';

/** From a read of memory to a slow factory, in seconds: the SDK's own begin at five milliseconds. */
const DURATION_BOUNDARIES = [
  0.000_001, 0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10,
];

/** How long operations take. Returns what ends the measuring. */
export function measureDurations(
  meter: Meter,
  caches: NamedCaches,
  operations: readonly TracedOperation[],
): () => void {
  const durations = meter.createHistogram(METRIC.duration, {
    description: 'Duration of the operations of a cache.',
    unit: 's',
    advice: { explicitBucketBoundaries: DURATION_BOUNDARIES },
  });
  const started = new WeakMap<object, { readonly name: string; readonly at: number }>();
  const onStart = (message: unknown) => {
    const name = caches.nameOf(message as OperationTrace);
    if (name !== undefined) started.set(message as OperationTrace, { name, at: performance.now() });
  };
  const onEnd = (message: unknown) => {
    const { operation, outcome, error } = message as OperationTrace;
    const start = started.get(message as OperationTrace);
    if (start === undefined || outcome === undefined) return;
    durations.record((performance.now() - start.at) / 1_000, {
      [ATTRIBUTE.cacheName]: start.name,
      [ATTRIBUTE.operation]: operation,
      [ATTRIBUTE.outcome]: outcome,
      ...(outcome === 'error' && { [ATTRIBUTE.errorType]: errorTypeOf(error) }),
    });
  };
  const channels = operations.map((operation) => ({
    start: channel(`tracing:glovebox:cache:${operation}:start`),
    asyncEnd: channel(`tracing:glovebox:cache:${operation}:asyncEnd`),
  }));
  for (const { start, asyncEnd } of channels) {
    start.subscribe(onStart);
    asyncEnd.subscribe(onEnd);
  }
  return () => {
    for (const { start, asyncEnd } of channels) {
      start.unsubscribe(onStart);
      asyncEnd.unsubscribe(onEnd);
    }
  };
}

/**
 * What this process has each cache do, by its events: the counters of a store that processes share would be counted by
 * every one of them. Returns what ends the counting.
 */
export function countEvents(meter: Meter, caches: Readonly<Record<string, CacheManager>>): () => void {
  const requests = meter.createCounter(METRIC.requests, { description: 'Reads of keys.', unit: '{request}' });
  const writes = meter.createCounter(METRIC.writes, { description: 'Entries stored.', unit: '{entry}' });
  const evictions = meter.createCounter(METRIC.evictions, {
    description: 'Entries that the cache removed by itself.',
    unit: '{entry}',
  });
  const errors = meter.createCounter(METRIC.errors, {
    description: 'Faults that were turned into a miss or a refused write.',
    unit: '{error}',
  });
  const stops = Object.entries(caches).flatMap(([name, cache]) => {
    const attributes = { [ATTRIBUTE.cacheName]: name };
    return [
      cache.on('hit', () => requests.add(1, { ...attributes, [ATTRIBUTE.requestResult]: 'hit' })),
      cache.on('miss', () => requests.add(1, { ...attributes, [ATTRIBUTE.requestResult]: 'miss' })),
      cache.on('set', () => writes.add(1, attributes)),
      cache.on('evict', () => evictions.add(1, { ...attributes, [ATTRIBUTE.evictionReason]: 'limit' })),
      cache.on('expire', () => evictions.add(1, { ...attributes, [ATTRIBUTE.evictionReason]: 'expired' })),
      cache.on('error', ({ error }) => errors.add(1, { ...attributes, [ATTRIBUTE.errorType]: error.code })),
    ];
  });
  return () => {
    for (const stop of stops) stop();
  };
}

/** What each cache holds, asked when the metrics are collected. Returns what ends the asking. */
export function observeContents(
  meter: Meter,
  caches: Readonly<Record<string, CacheManager>>,
  named: NamedCaches,
): () => void {
  // Gauges, and not sums of processes: those that share a store hold the same entries.
  const entries = meter.createObservableGauge(METRIC.entries, { description: 'Entries held.', unit: '{entry}' });
  const size = meter.createObservableGauge(METRIC.size, { description: 'Bytes of the values held.', unit: 'By' });
  const observe: BatchObservableCallback = async (result) => {
    for (const [name, cache] of Object.entries(caches)) {
      // A closed cache holds nothing, and the others are still to be told.
      const stats = await named.ask(() => cache.getStats()).catch(() => undefined);
      if (stats === undefined) continue;
      result.observe(entries, stats.totalEntries, { [ATTRIBUTE.cacheName]: name });
      result.observe(size, stats.totalSizeBytes, { [ATTRIBUTE.cacheName]: name });
    }
  };
  meter.addBatchObservableCallback(observe, [entries, size]);
  return () => meter.removeBatchObservableCallback(observe, [entries, size]);
}
