// Compiled, never run: the published declarations under the strictest reading, without the repository's settings.
import { createDefaultCache, loadUserConfig } from '@glovebox/cache-config';
import { CacheKey, type CacheManager, type CacheStats, isCacheError } from '@glovebox/cache-core';
import { recordLatencies } from '@glovebox/cache-core/latency';
import { toPrometheusText } from '@glovebox/cache-core/prometheus';
import { type WarmReport, warm } from '@glovebox/cache-core/warm';
import { createFilesystemCache, type FilesystemCache } from '@glovebox/cache-fs';
import { fromKeyv, type KeyvAdapter, type KeyvCache, toKeyv, toUnstorageDriver } from '@glovebox/cache-interop';
import { createMemoryCache, type MemoryCache } from '@glovebox/cache-memory';
import { instrumentCaches } from '@glovebox/cache-otel';
import { registerConformance, runConformance } from '@glovebox/cache-testkit';

export async function use(): Promise<number> {
  const memory: MemoryCache = createMemoryCache({ maxEntries: 100, isolation: 'freeze' });
  const files: FilesystemCache = createFilesystemCache({ cacheRoot: 'cache', maxEntries: 10 });
  await using shared: CacheManager = createDefaultCache();
  await files.set(CacheKey.fromParts('layout', 'glove80'), { layers: [1, 2, 3] }, { ttl: '5m' });
  const value = await memory.get<number>('answer');
  // @ts-expect-error a miss is possible
  const certain: number = value;
  // @ts-expect-error a duration has a unit
  await shared.set('key', 1, { ttl: '5 minutes' });
  const report: WarmReport = await warm(memory, new Set(['a', 'b']), (key) => key.length, { concurrency: 2 });
  const store: KeyvAdapter = toKeyv(memory);
  const inMap: KeyvCache = fromKeyv(new Map<string, string>(), { maxEntries: report.totalCount });
  await toUnstorageDriver(inMap).setItem('key', String(await store.has('a')), { ttl: '1m' });
  const stop: () => void = shared.on('hit', ({ key }) => key.length);
  stop();
  instrumentCaches({ memory, files, users: shared.namespace('users') }, { keys: true })();
  const text: string = await toPrometheusText({ memory }, { latencies: { memory: recordLatencies(memory) } });
  // @ts-expect-error there is no such event
  shared.on('read', () => text);
  const stats: CacheStats = await shared.getStats();
  return certain + stats.hitRate;
}

export const others = [loadUserConfig, registerConformance, runConformance, isCacheError];
