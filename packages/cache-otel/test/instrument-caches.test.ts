import { closeSharedCaches, getSharedCache } from '@glovebox/cache-config';
import { BaseCacheManager, type CacheManager, ManualClock } from '@glovebox/cache-core';
import { type StandardSchema, typed } from '@glovebox/cache-core/typed';
import { createMemoryCache } from '@glovebox/cache-memory';
import { type InstrumentationOptions, instrumentCaches } from '@glovebox/cache-otel';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type HistogramMetricData,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const spanExporter = new InMemorySpanExporter();
const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] });
const tracer = tracerProvider.getTracer('test');

// Registers the context manager, as an application does: without one no span has a parent.
beforeAll(() => tracerProvider.register());
afterAll(async () => {
  await tracerProvider.shutdown();
  trace.disable();
  context.disable();
});

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  spanExporter.reset();
});

function instrument(caches: Record<string, CacheManager>, options: InstrumentationOptions = {}): void {
  stops.push(instrumentCaches(caches, options));
  stops.push(...Object.values(caches).map((cache) => () => cache.close()));
}

/** Spans by name, with the name of their parent: `set layouts < request`. */
function tree(): string[] {
  const spans = spanExporter.getFinishedSpans();
  const nameOf = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
  return spans.map(({ name, parentSpanContext }) => {
    const parent = parentSpanContext === undefined ? undefined : nameOf.get(parentSpanContext.spanId);
    return parent === undefined ? name : `${name} < ${parent}`;
  });
}

function spanNamed(name: string): ReadableSpan {
  const found = spanExporter.getFinishedSpans().find((span) => span.name === name);
  if (found === undefined) throw new Error(`there is no span ${name}`);
  return found;
}

const NUMBERS: StandardSchema<number> = {
  '~standard': {
    version: 1,
    vendor: 'by hand',
    validate: (value) => (typeof value === 'number' ? { value } : { issues: [{ message: 'no number' }] }),
  },
};

/** A cache whose reads fail. */
class FailingCache extends BaseCacheManager {
  readonly name = 'failing';
  readonly capabilities = createMemoryCache().capabilities;
  protected override readEntry(): undefined {
    throw new Error('EIO: i/o error');
  }
  protected override writeEntry(): void {}
  protected override removeEntry(): boolean {
    return false;
  }
  protected override listEntries(): [] {
    return [];
  }
}

describe('spans', () => {
  it('are children of the caller’s, and parents of what a factory does', async () => {
    const layouts = createMemoryCache();
    const firmware = createMemoryCache();
    instrument({ layouts, firmware }, { meterProvider: null });
    await tracer.startActiveSpan('request', async (request) => {
      await layouts.set('a', 1);
      await layouts.getOrSet('b', async () => {
        await firmware.get('c');
        return tracer.startActiveSpan('download', async (span) => {
          span.end();
          return 2;
        });
      });
      request.end();
    });
    await layouts.get('a');
    expect(tree()).toEqual([
      'set layouts < request',
      'get firmware < factory layouts',
      'download < factory layouts',
      'factory layouts < getOrSet layouts',
      'getOrSet layouts < request',
      'request',
      'get layouts',
    ]);
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  it('of callers at once have each their own parent', async () => {
    const layouts = createMemoryCache();
    instrument({ layouts }, { meterProvider: null });
    const request = (name: string) =>
      tracer.startActiveSpan(name, async (span) => {
        await layouts.getOrSet(name, async () => name);
        span.end();
      });
    await Promise.all([request('one'), request('two')]);
    const names = tree().filter((line) => line.startsWith('getOrSet'));
    expect(names.sort()).toEqual(['getOrSet layouts < one', 'getOrSet layouts < two']);
  });

  it('say what was done and how it ended, and keys only where asked', async () => {
    const layouts = createMemoryCache();
    instrument({ layouts }, { meterProvider: null });
    await layouts.namespace('users').get('secret-key');
    await layouts.setMany([
      ['a', 1],
      ['b', 2],
    ]);
    expect(spanNamed('get layouts').attributes).toEqual({
      'glovebox.cache.name': 'layouts',
      'glovebox.cache.backend': 'memory',
      'glovebox.cache.namespace': 'users',
      'glovebox.cache.operation.name': 'get',
      'glovebox.cache.operation.outcome': 'miss',
    });
    expect(spanNamed('setMany layouts').attributes).toMatchObject({ 'glovebox.cache.operation.entries': 2 });

    const keyed = createMemoryCache();
    instrument({ keyed }, { meterProvider: null, keys: true });
    await keyed.get('a-key');
    expect(spanNamed('get keyed').attributes).toMatchObject({ 'glovebox.cache.key': 'a-key' });
  });

  it('of a typed cache are those of the cache, with a miss for what does not fit', async () => {
    const layouts = createMemoryCache();
    instrument({ layouts }, { meterProvider: null, keys: true });
    const numbers = typed(layouts.namespace('users'), NUMBERS);
    await layouts.namespace('users').set('a', 'no number');
    await tracer.startActiveSpan('request', async (request) => {
      await numbers.get('a');
      await numbers.getOrSet('b', async () =>
        tracer.startActiveSpan('download', (span) => {
          span.end();
          return 2;
        }),
      );
      await expect(numbers.set('c', 'secret-value' as never)).rejects.toThrow();
      request.end();
    });
    expect(tree()).toEqual([
      'set layouts',
      'get layouts < request',
      'download < factory layouts',
      'factory layouts < getOrSet layouts',
      'getOrSet layouts < request',
      'set layouts < request',
      'request',
    ]);
    expect(spanNamed('get layouts').attributes).toEqual({
      'glovebox.cache.name': 'layouts',
      'glovebox.cache.backend': 'memory',
      'glovebox.cache.namespace': 'users',
      'glovebox.cache.key': 'a',
      'glovebox.cache.operation.name': 'get',
      'glovebox.cache.operation.outcome': 'miss',
    });
    const refused = spanExporter.getFinishedSpans().findLast(({ name }) => name === 'set layouts');
    expect(refused?.status.code).toBe(SpanStatusCode.ERROR);
    expect(refused?.attributes).toMatchObject({ 'error.type': 'CACHE_INVALID_VALUE', 'glovebox.cache.key': 'c' });
    expect(JSON.stringify([refused?.attributes, refused?.events])).not.toContain('secret-value');
  });

  it('of what rejects have the error, without the key in its message', async () => {
    const layouts = createMemoryCache();
    instrument({ layouts }, { meterProvider: null });
    await expect(layouts.set('secret-key', undefined)).rejects.toThrow();
    await expect(layouts.increment('secret-key', 1).then(() => layouts.set('secret-key', () => 1))).rejects.toThrow();
    const fail = async () => {
      throw new RangeError('no network');
    };
    await expect(layouts.getOrSet('a', fail)).rejects.toThrow('no network');
    const [set] = spanExporter.getFinishedSpans();
    expect(set?.status.code).toBe(SpanStatusCode.ERROR);
    expect(set?.attributes).toMatchObject({ 'error.type': 'CACHE_UNSERIALIZABLE' });
    expect(spanNamed('factory layouts').events[0]?.attributes).toMatchObject({ 'exception.message': 'no network' });
    expect(spanNamed('getOrSet layouts').attributes).toMatchObject({ 'error.type': 'RangeError' });
    const written = spanExporter
      .getFinishedSpans()
      .map(({ attributes, events, status }) => [attributes, events, status]);
    expect(JSON.stringify(written)).not.toContain('secret-key');
  });

  it('of a read that met a fault tell it as an event, and are no error: the program had its miss', async () => {
    const failing = new FailingCache();
    instrument({ failing }, { meterProvider: null });
    await tracer.startActiveSpan('request', async (request) => {
      expect(await failing.get('secret-key', 'default')).toBe('default');
      expect(await new FailingCache().get('unnamed')).toBeUndefined();
      request.end();
    });
    const { attributes, events, status } = spanNamed('get failing');
    expect(attributes).toMatchObject({ 'glovebox.cache.operation.outcome': 'miss' });
    expect(status.code).toBe(SpanStatusCode.UNSET);
    expect(events.map((event) => event.attributes?.['exception.type'])).toEqual(['CACHE_BACKEND_FAILED']);
    expect(spanNamed('request').events).toEqual([]);
    expect(JSON.stringify(events)).not.toContain('secret-key');
  });

  it('of a write that was refused tell why, without the key', async () => {
    const small = createMemoryCache({ maxSizeBytes: 10 });
    instrument({ small }, { meterProvider: null });
    expect(await small.set('secret-key', 'x'.repeat(20))).toBe(false);
    const { attributes, events } = spanNamed('set small');
    expect(attributes).toMatchObject({ 'glovebox.cache.operation.outcome': 'refused' });
    expect(events.map((event) => event.attributes?.['exception.type'])).toEqual(['CACHE_BACKEND_FAILED']);
    expect(JSON.stringify(events)).not.toContain('secret-key');

    const keyed = createMemoryCache({ maxSizeBytes: 10 });
    instrument({ keyed }, { meterProvider: null, keys: true });
    await keyed.set('a-key', 'x'.repeat(20));
    expect(JSON.stringify(spanNamed('set keyed').events)).toContain('a-key');
  });

  it('of automatic cleanups have no parent, whoever opened the cache', async () => {
    const clock = new ManualClock();
    const layouts = createMemoryCache({ clock, cleanupIntervalSeconds: 10 });
    instrument({ layouts }, { meterProvider: null });
    await tracer.startActiveSpan('request', async (request) => {
      await layouts.get('a');
      // In the context of whoever was there when the timer was started, or fell due.
      clock.advance(10_000);
      request.end();
    });
    await layouts.cleanup();
    const cleanups = () => tree().filter((line) => line.startsWith('cleanup'));
    // Nobody waits for the automatic one.
    await expect.poll(cleanups).toEqual(['cleanup layouts', 'cleanup layouts']);
  });

  it('can be left out where there is no parent', async () => {
    const layouts = createMemoryCache();
    instrument({ layouts }, { meterProvider: null, requireParentSpan: true });
    await layouts.get('a');
    await tracer.startActiveSpan('request', async (request) => {
      await layouts.get('b');
      request.end();
    });
    expect(tree()).toEqual(['get layouts < request', 'request']);
  });

  it('are of the caches that were named: handles and namespaces by their own names, others not', async () => {
    const shared = getSharedCache({ cacheStrategy: 'disabled' });
    stops.push(closeSharedCaches);
    const other = createMemoryCache();
    const users = shared.namespace('users');
    instrument({ shared, users }, { meterProvider: null });
    await shared.get('a');
    await users.get('a');
    await shared.namespace('users').get('b');
    await shared.namespace('teams').get('a');
    await other.get('a');
    await other.close();
    expect(tree()).toEqual(['get shared', 'get users', 'get users', 'get shared']);
  });

  it('end with the instrumentation', async () => {
    const layouts = createMemoryCache();
    const stop = instrumentCaches({ layouts });
    stop();
    stop();
    await layouts.get('a');
    await layouts.close();
    expect(tree()).toEqual([]);
  });
});

describe('metrics', () => {
  function createMeter() {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const meterProvider = new MeterProvider({ readers: [reader] });
    stops.push(() => meterProvider.shutdown());
    const collect = async () => {
      exporter.reset();
      await meterProvider.forceFlush();
      const [resource] = exporter.getMetrics();
      const collected = resource?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? [];
      return new Map(collected.map((metric) => [metric.descriptor.name, metric]));
    };
    return { meterProvider, collect };
  }

  type Collected = Awaited<ReturnType<ReturnType<typeof createMeter>['collect']>>;

  function valuesOf(collected: Collected, name: string): Record<string, unknown> {
    const points = collected.get(name)?.dataPoints ?? [];
    return Object.fromEntries(points.map(({ attributes, value }) => [Object.values(attributes).join(' '), value]));
  }

  it('count reads, writes, evictions and faults, of each cache by itself', async () => {
    const { meterProvider, collect } = createMeter();
    const clock = new ManualClock();
    const layouts = createMemoryCache({ maxEntries: 2, clock });
    const failing = new FailingCache();
    instrument({ layouts, failing }, { tracerProvider: null, meterProvider });
    await layouts.set('a', 1, { ttl: '1s' });
    await layouts.getMany(['a', 'b']);
    clock.advance(2_000);
    await layouts.cleanup();
    for (const key of ['c', 'd', 'e']) await layouts.set(key, key);
    await failing.get('a');
    const collected = await collect();
    expect(valuesOf(collected, 'glovebox.cache.requests')).toEqual({
      'layouts hit': 1,
      'layouts miss': 1,
      'failing miss': 1,
    });
    expect(valuesOf(collected, 'glovebox.cache.writes')).toEqual({ layouts: 4 });
    expect(valuesOf(collected, 'glovebox.cache.evictions')).toEqual({ 'layouts expired': 1, 'layouts limit': 1 });
    expect(valuesOf(collected, 'glovebox.cache.errors')).toEqual({ 'failing CACHE_BACKEND_FAILED': 1 });
    expect(valuesOf(collected, 'glovebox.cache.entries')).toEqual({ layouts: 2, failing: 0 });
    expect(valuesOf(collected, 'glovebox.cache.size')).toEqual({ layouts: expect.any(Number), failing: 0 });
    const units = Array.from(collected, ([name, { descriptor }]) => `${name} ${descriptor.unit}`);
    expect(units.sort()).toEqual([
      'glovebox.cache.entries {entry}',
      'glovebox.cache.errors {error}',
      'glovebox.cache.evictions {entry}',
      'glovebox.cache.operation.duration s',
      'glovebox.cache.requests {request}',
      'glovebox.cache.size By',
      'glovebox.cache.writes {entry}',
    ]);
  });

  it('tell how long operations take by their outcome, those of the collecting itself left out', async () => {
    const { meterProvider, collect } = createMeter();
    const layouts = createMemoryCache();
    instrument({ layouts }, { meterProvider });
    await layouts.set('a', 1);
    await layouts.get('a');
    await layouts.get('a');
    await layouts.get('b');
    await expect(layouts.get('')).rejects.toThrow();
    await collect();
    const collected = await collect();
    const histogram = collected.get('glovebox.cache.operation.duration') as HistogramMetricData;
    const counts = histogram.dataPoints.map(({ attributes, value }) => [
      Object.values(attributes).join(' '),
      value.count,
    ]);
    expect(Object.fromEntries(counts)).toEqual({
      'layouts set stored': 1,
      'layouts get hit': 2,
      'layouts get miss': 1,
      'layouts get error CACHE_INVALID_KEY': 1,
    });
    for (const { value } of histogram.dataPoints) {
      expect(value.sum).toBeGreaterThan(0);
      expect(value.sum).toBeLessThan(1);
      expect(value.buckets.boundaries[0]).toBe(0.000_001);
    }
    expect(tree()).not.toContain('getStats layouts');
  });

  it('never have a key in an attribute, and go on without a cache that was closed', async () => {
    const { meterProvider, collect } = createMeter();
    const layouts = createMemoryCache();
    const firmware = createMemoryCache();
    instrument({ layouts, firmware }, { tracerProvider: null, meterProvider, keys: true });
    await layouts.set('secret-key', 1);
    await layouts.get('secret-key');
    await firmware.set('a', 1);
    await layouts.close();
    const collected = await collect();
    expect(valuesOf(collected, 'glovebox.cache.entries')).toEqual({ firmware: 1 });
    expect(valuesOf(collected, 'glovebox.cache.requests')).toEqual({ 'layouts hit': 1 });
    expect(JSON.stringify([...collected.values()])).not.toContain('secret-key');
  });
});

describe('options', () => {
  it('are checked', () => {
    const wrong = (options: object, code = 'CACHE_INVALID_CONFIG') =>
      expect(() => instrumentCaches({ a: createMemoryCache() }, options)).toThrow(expect.objectContaining({ code }));
    wrong({ key: true });
    wrong({ keys: 1 });
    wrong({ tracerProvider: {} });
    wrong({ operations: ['gett'] });
  });
});
