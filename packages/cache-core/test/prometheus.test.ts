import { spawnSync } from 'node:child_process';
import type { CacheManager } from '@glovebox/cache-core';
import { LATENCY_BUCKETS_SECONDS, recordLatencies } from '@glovebox/cache-core/latency';
import { PROMETHEUS_CONTENT_TYPE, toPrometheusText } from '@glovebox/cache-core/prometheus';
import parse from 'parse-prometheus-text-format';
import { describe, expect, it } from 'vitest';
import { MapCache } from './support/map-cache.js';

const DURATION = 'glovebox_cache_operation_duration_seconds';

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly metrics: readonly { readonly value?: string; readonly labels?: Record<string, string> }[];
}

function parsed(text: string): Map<string, Family> {
  const families = parse(text) as Family[];
  return new Map(families.map((family) => [family.name, family]));
}

async function usedCache(): Promise<CacheManager> {
  const cache = new MapCache({ maxEntries: 2 });
  for (const key of ['a', 'b', 'c']) await cache.set(key, 1);
  await cache.get('c');
  await cache.get('none');
  await cache.delete('c');
  return cache;
}

describe('toPrometheusText', () => {
  it('is read by a parser as counters and gauges, a sample a cache', async () => {
    const layouts = await usedCache();
    const firmware = new MapCache();
    const families = parsed(await toPrometheusText({ layouts, firmware }, { labels: { service: 'editor' } }));
    const samples = Array.from(families.values(), ({ name, type, metrics }) => [
      `${name} ${type}`,
      metrics.map(({ value, labels }) => `${labels?.cache} ${labels?.service} ${value}`),
    ]);
    expect(Object.fromEntries(samples)).toEqual({
      'glovebox_cache_entries GAUGE': ['layouts editor 1', 'firmware editor 0'],
      'glovebox_cache_size_bytes GAUGE': ['layouts editor 1', 'firmware editor 0'],
      'glovebox_cache_hits_total COUNTER': ['layouts editor 1', 'firmware editor 0'],
      'glovebox_cache_misses_total COUNTER': ['layouts editor 1', 'firmware editor 0'],
      'glovebox_cache_sets_total COUNTER': ['layouts editor 3', 'firmware editor 0'],
      'glovebox_cache_deletes_total COUNTER': ['layouts editor 1', 'firmware editor 0'],
      'glovebox_cache_evictions_total COUNTER': ['layouts editor 1', 'firmware editor 0'],
      'glovebox_cache_expirations_total COUNTER': ['layouts editor 0', 'firmware editor 0'],
      'glovebox_cache_errors_total COUNTER': ['layouts editor 0', 'firmware editor 0'],
    });
    for (const { help } of families.values()) expect(help).toMatch(/\.$/);
  });

  it('has recorded latencies as a histogram, whose buckets add up', async () => {
    const layouts = new MapCache();
    const recorder = recordLatencies(layouts);
    await layouts.set('a', 1);
    for (let n = 0; n < 20; n++) await layouts.get('a');
    const text = await toPrometheusText({ layouts }, { latencies: { layouts: recorder } });
    recorder.stop();
    expect(parsed(text).get(DURATION)?.type).toBe('HISTOGRAM');
    // The parser puts the buckets of all operations into one: as plain samples it keeps them apart.
    const ofReads = (suffix: string) => {
      const name = DURATION + suffix;
      const samples = text.split('\n').filter((line) => line.startsWith(`${name}{`));
      const family = parsed([`# TYPE ${name} untyped`, ...samples, ''].join('\n')).get(name);
      return family?.metrics.filter(({ labels }) => labels?.operation === 'get') ?? [];
    };
    const [sum] = ofReads('_sum');
    expect(sum?.labels).toEqual({ cache: 'layouts', operation: 'get', outcome: 'hit' });
    expect(Number(sum?.value)).toBeGreaterThan(0);
    expect(ofReads('_count').map(({ value }) => value)).toEqual(['20']);
    const buckets = ofReads('_bucket');
    const bounds = buckets.map(({ labels }) => Number(labels?.le?.replace('+Inf', 'Infinity')));
    const counts = buckets.map(({ value }) => Number(value));
    expect(bounds).toEqual([...LATENCY_BUCKETS_SECONDS, Number.POSITIVE_INFINITY]);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts.at(-1)).toBe(20);
  });

  it('escapes what labels may hold', async () => {
    const name = 'C:\\caches\\"new"\nline';
    const text = await toPrometheusText({ [name]: new MapCache() });
    expect(text).toContain(String.raw`glovebox_cache_entries{cache="C:\\caches\\\"new\"\nline"} 0`);
    expect(parsed(text).get('glovebox_cache_entries')?.metrics[0]?.labels?.cache).toBe(name);
  });

  it('leaves out a cache that is closed, and tells the others', async () => {
    const closed = new MapCache();
    await closed.close();
    const text = await toPrometheusText({ closed, open: new MapCache() });
    expect(parsed(text).get('glovebox_cache_entries')?.metrics).toMatchObject([{ labels: { cache: 'open' } }]);
  });

  it.each(['0a', 'a-b', '__a', '', 'le', 'cache', 'é'])('refuses the label %j', async (label) => {
    const wrong = toPrometheusText({}, { labels: { [label]: 'x' } });
    await expect(wrong).rejects.toMatchObject({ code: 'CACHE_INVALID_CONFIG' });
  });

  it('is what Prometheus’ own linter accepts', async (context) => {
    const isThere = spawnSync('promtool', ['--version']).error === undefined;
    context.skip(!isThere, 'promtool is not installed (Debian: apt-get install prometheus)');
    const layouts = await usedCache();
    const recorder = recordLatencies(layouts);
    await layouts.get('a');
    const input = await toPrometheusText(
      { layouts, 'a "b"\\\n': new MapCache() },
      { latencies: { layouts: recorder } },
    );
    recorder.stop();
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });

  it('names its format', () => {
    expect(PROMETHEUS_CONTENT_TYPE).toBe('text/plain; version=0.0.4; charset=utf-8');
  });
});
