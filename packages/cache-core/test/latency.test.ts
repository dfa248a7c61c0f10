import { channel } from 'node:diagnostics_channel';
import { LATENCY_BUCKETS_SECONDS, recordLatencies } from '@glovebox/cache-core/latency';
import { describe, expect, it } from 'vitest';
import { MapCache } from './support/map-cache.js';

/** A clock on which each operation takes what it is told, in milliseconds. */
function clockOf(durations: readonly number[]): () => number {
  let reads = 0;
  let time = 0;
  return () => {
    if (reads++ % 2 === 1) time += durations[(reads / 2 - 1) % durations.length] ?? 0;
    return time;
  };
}

describe('recordLatencies', () => {
  it('tells how often and how long, by operation and outcome', async () => {
    const cache = new MapCache();
    // 98 of 7.8 µs, one of 2 ms, one of 3 s: sums of powers of two, so that differences are exact.
    const durations = [...Array.from({ length: 98 }, () => 2 ** -7), 2, 3_000];
    const recorder = recordLatencies(cache, { operations: ['get'], now: clockOf(durations) });
    for (let n = 0; n < 100; n++) await cache.get('a');
    const [summary, ...others] = recorder.summaries();
    recorder.stop();
    expect(others).toEqual([]);
    expect(summary).toMatchObject({ operation: 'get', outcome: 'miss', count: 100 });
    expect(summary?.totalSeconds).toBeCloseTo(3.002_765_625, 9);
    expect(summary?.meanMicroseconds).toBeCloseTo(30_027.656_25, 3);
    const within = (value: number | undefined, expected: number) => {
      expect(value).toBeGreaterThanOrEqual(expected * 0.99);
      expect(value).toBeLessThanOrEqual(expected * 1.01);
    };
    within(summary?.minMicroseconds, 7.8125);
    within(summary?.p50Microseconds, 7.8125);
    within(summary?.p90Microseconds, 7.8125);
    within(summary?.p99Microseconds, 2_000);
    within(summary?.p999Microseconds, 3_000_000);
    within(summary?.maxMicroseconds, 3_000_000);
    const upTo = (seconds: number) => summary?.cumulativeCounts[LATENCY_BUCKETS_SECONDS.indexOf(seconds)];
    expect([0.000_005, 0.000_01, 0.001, 0.002_5, 2.5, 5, 30].map(upTo)).toEqual([0, 98, 98, 99, 99, 100, 100]);
  });

  it('is of one cache or namespace, whatever else the process has', async () => {
    const cache = new MapCache();
    const other = new MapCache();
    const users = cache.namespace('users');
    const ofCache = recordLatencies(cache);
    const ofUsers = recordLatencies(users);
    await cache.set('a', 1);
    await users.get('a');
    await other.get('a');
    const kinds = (recorder: typeof ofCache) =>
      recorder.summaries().map(({ operation, outcome, count }) => `${operation} ${outcome} ${count}`);
    expect(kinds(ofCache)).toEqual(['set stored 1', 'get miss 1']);
    expect(kinds(ofUsers)).toEqual(['get miss 1']);
    ofCache.reset();
    expect(kinds(ofCache)).toEqual([]);
    ofCache.stop();
    ofUsers.stop();
    await users.get('a');
    expect(kinds(ofUsers)).toEqual(['get miss 1']);
  });

  it('checks its options, and that the cache is open', async () => {
    const cache = new MapCache();
    const wrong = { code: 'CACHE_INVALID_CONFIG' };
    expect(() => recordLatencies(cache, { operation: ['get'] } as object)).toThrow(expect.objectContaining(wrong));
    expect(() => recordLatencies(cache, { operations: ['gett' as 'get'] })).toThrow(expect.objectContaining(wrong));
    const users = cache.namespace('users');
    await users.close();
    expect(() => recordLatencies(users)).toThrow(expect.objectContaining({ code: 'CACHE_CLOSED' }));
  });

  it('leaves no listener behind', () => {
    const recorder = recordLatencies(new MapCache());
    expect(channel('tracing:glovebox:cache:get:start').hasSubscribers).toBe(true);
    recorder.stop();
    recorder.stop();
    for (const event of ['start', 'asyncEnd']) {
      expect(channel(`tracing:glovebox:cache:get:${event}`).hasSubscribers).toBe(false);
    }
  });

  it('holds what is out of bounds: no time at all, and days', async () => {
    const cache = new MapCache();
    const recorder = recordLatencies(cache, { operations: ['get'], now: clockOf([0, 200_000_000]) });
    await cache.get('a');
    await cache.get('a');
    const [summary] = recorder.summaries();
    recorder.stop();
    expect(summary).toMatchObject({ count: 2, totalSeconds: 200_000 });
    expect(summary?.cumulativeCounts.at(-1)).toBe(1);
  });
});
