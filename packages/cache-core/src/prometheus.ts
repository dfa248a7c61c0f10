import { CacheError, isCacheError } from './errors.js';
import { LATENCY_BUCKETS_SECONDS, type LatencyRecorder } from './latency.js';
import { describeValue } from './options.js';
import type { CacheManager, CacheStats } from './types.js';

/** What a server says of the text: the exposition format 0.0.4, which every Prometheus reads. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface PrometheusOptions {
  /** Labels of every sample, besides `cache`. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** What `recordLatencies` recorded, by the names of the caches: written as a histogram. @default none */
  readonly latencies?: Readonly<Record<string, LatencyRecorder>>;
}

type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly value: (stats: CacheStats) => number;
}

const FAMILIES: readonly Family[] = [
  gauge('entries', 'Entries held, those that expired and await removal included.', 'totalEntries'),
  gauge('size_bytes', 'Bytes of the values held.', 'totalSizeBytes'),
  counter('hits', 'Reads that found a value.', 'hitCount'),
  counter('misses', 'Reads that found none.', 'missCount'),
  counter('sets', 'Entries stored.', 'setCount'),
  counter('deletes', 'Live entries deleted.', 'deleteCount'),
  counter('evictions', 'Live entries removed to respect a limit.', 'evictionCount'),
  counter('expirations', 'Entries removed because their time to live was over.', 'expiredCount'),
  counter('errors', 'Faults that were turned into a miss or a refused write.', 'errorCount'),
];

const DURATION = 'glovebox_cache_operation_duration_seconds';
const OWN_LABELS = ['cache', 'operation', 'outcome', 'le'];

/**
 * The statistics of caches as Prometheus reads them, told apart by the label `cache`. A cache that is closed is left out.
 * @param caches by the value of the label
 * @throws CacheError `CACHE_INVALID_CONFIG` for the name of a label that Prometheus would refuse, or one of its own
 */
export async function toPrometheusText(
  caches: Readonly<Record<string, CacheManager>>,
  { labels = {}, latencies = {} }: PrometheusOptions = {},
): Promise<string> {
  checkLabels(labels);
  const found = await Promise.all(
    Object.entries(caches).map(async ([name, cache]) => {
      const stats = await statsOf(cache);
      return stats === undefined ? [] : [{ labels: { cache: name, ...labels }, stats }];
    }),
  );
  const samples = found.flat();
  const lines = FAMILIES.flatMap(({ name, type, help, value }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map((sample) => line(name, sample.labels, value(sample.stats))),
  ]);
  const recorders = Object.entries(latencies);
  if (recorders.length > 0) {
    lines.push(`# HELP ${DURATION} Time that operations took, in seconds.`, `# TYPE ${DURATION} histogram`);
    for (const [cache, recorder] of recorders) lines.push(...durationLines({ cache, ...labels }, recorder));
  }
  return `${lines.join('\n')}\n`;
}

function gauge(name: string, help: string, field: keyof CacheStats & `total${string}`): Family {
  return { name: `glovebox_cache_${name}`, type: 'gauge', help, value: (stats) => stats[field] };
}

function counter(name: string, help: string, field: keyof CacheStats & `${string}Count`): Family {
  return { name: `glovebox_cache_${name}_total`, type: 'counter', help, value: (stats) => stats[field] };
}

async function statsOf(cache: CacheManager): Promise<CacheStats | undefined> {
  try {
    return await cache.getStats();
  } catch (error) {
    // The others are still to be told.
    if (isCacheError(error, 'CACHE_CLOSED')) return undefined;
    throw error;
  }
}

function durationLines(labels: Labels, recorder: LatencyRecorder): string[] {
  return recorder.summaries().flatMap(({ operation, outcome, count, totalSeconds, cumulativeCounts }) => {
    const own = { ...labels, operation, outcome };
    return [
      ...LATENCY_BUCKETS_SECONDS.map((bound, index) =>
        line(`${DURATION}_bucket`, { ...own, le: String(bound) }, cumulativeCounts[index] ?? 0),
      ),
      line(`${DURATION}_bucket`, { ...own, le: '+Inf' }, count),
      line(`${DURATION}_sum`, own, totalSeconds),
      line(`${DURATION}_count`, own, count),
    ];
  });
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}{${pairs.join(',')}} ${value}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function checkLabels(labels: Labels): void {
  for (const name of Object.keys(labels)) {
    if (/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && !OWN_LABELS.includes(name)) continue;
    throw new CacheError(
      'CACHE_INVALID_CONFIG',
      `toPrometheusText: the label is ${describeValue(name)}; allowed are letters, digits and underscores, ` +
        `no digit and no two underscores first, and none of ${OWN_LABELS.join(', ')}`,
    );
  }
}
