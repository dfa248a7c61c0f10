import type { CacheManager, CacheStats } from '@glovebox/cache-core';
import { expectEqual, expectThat } from '../expect.js';
import type { ConformanceTarget, StoreContext } from '../target.js';

/** Beyond the time that the target declares: an operation on a busy machine takes its time too. */
const GRACE_MS = 3_000;
const DEFAULT_STALE_SECONDS = 1;
/** By this much what a process has left is made to look older, where the target can do that. */
const AGE_SECONDS = 86_400;

/** Whatever a killed process held, a lock above all, is free again in the declared time. */
export async function expectFree(
  cache: CacheManager,
  target: ConformanceTarget,
  keys: readonly string[],
): Promise<void> {
  const [first = 'fresh'] = keys;
  for (const key of [...keys, 'fresh']) {
    expectEqual(`set('${key}')`, await inTime(target, `set('${key}')`, () => cache.set(key, 'mended')), true);
    expectEqual(`get('${key}')`, await cache.get(key), 'mended');
  }
  for (const key of [first, 'key']) {
    await inTime(target, `delete('${key}')`, () => cache.delete(key));
    const what = `getOrSet('${key}')`;
    expectEqual(what, await inTime(target, what, () => cache.getOrSet(key, () => 'computed')), 'computed');
  }
  await inTime(target, 'cleanup()', () => cache.cleanup());
}

/** Nothing is left of what a killed process had begun, once a cleanup has been there. */
export async function expectSwept(
  cache: CacheManager,
  { leftovers }: ConformanceTarget,
  context: StoreContext,
): Promise<void> {
  if (leftovers === undefined) return;
  await leftovers.age?.(AGE_SECONDS, context);
  await cache.cleanup();
  expectEqual('target.leftovers.list() after a cleanup', await leftovers.list(context), []);
}

export async function expectNoErrors(cache: CacheManager, before: CacheStats, what: string): Promise<void> {
  const more = (await cache.getStats()).errorCount - before.errorCount;
  expectThat(`no error counted by ${what}`, more === 0, more);
}

export async function expectTotals(cache: CacheManager): Promise<void> {
  let [entries, bytes] = [0, 0];
  for await (const key of cache.keys()) {
    entries++;
    bytes += (await cache.getMetadata(key))?.sizeBytes ?? 0;
  }
  const { totalEntries, totalSizeBytes } = await cache.getStats();
  const [totals, sums] = [
    { totalEntries, totalSizeBytes },
    { totalEntries: entries, totalSizeBytes: bytes },
  ];
  expectEqual('the totals after a cleanup, beside those of the listed entries,', totals, sums);
}

async function inTime<T>(
  { staleLockSeconds = DEFAULT_STALE_SECONDS }: ConformanceTarget,
  what: string,
  call: () => Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  const result = await call();
  const tookMs = Math.round(performance.now() - startedAt);
  const promised = `${what} to end within the ${staleLockSeconds} s of target.staleLockSeconds and ${GRACE_MS} ms more`;
  expectThat(promised, tookMs <= staleLockSeconds * 1_000 + GRACE_MS, `${tookMs} ms`);
  return result;
}
