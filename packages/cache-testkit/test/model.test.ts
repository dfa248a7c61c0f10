import { execFileSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import {
  type BaseCacheOptions,
  type CacheCapabilities,
  type CacheStats,
  isExpired,
  type StoredEntry,
} from '@glovebox/cache-core';
import {
  type CheckResult,
  type ConformanceOptions,
  type ConformanceTarget,
  runConformance,
} from '@glovebox/cache-testkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CAPABILITIES, type CacheClass, ReferenceCache, targetOf } from './reference-cache.js';

/** A search ends with its time, found or not: on a busy machine, too, it must come to its last sequence. */
const PATIENCE_SECONDS = 60;

async function brokenCache(fault: string): Promise<ConformanceTarget> {
  const { BrokenCache }: { BrokenCache: CacheClass } = await import(`./broken/${fault}.ts`);
  return { ...targetOf(fault, BrokenCache), timeoutSeconds: PATIENCE_SECONDS };
}

/** What one check of the model finds, in the default configuration. */
async function find(target: ConformanceTarget, id: string, options: ConformanceOptions = {}): Promise<CheckResult> {
  const report = await runConformance(target, {
    checks: [id],
    configurations: ['default'],
    modelRuns: 200,
    ...options,
  });
  const [result] = report.results;
  if (result === undefined) throw new Error(`no result of ${id}`);
  return result;
}

/** The option of that name in what a failure gives for its replay. */
function pathOf({ failure }: CheckResult): string {
  return /path: '([\d:]+)'/.exec(failure?.replay ?? '')?.[1] ?? '';
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('the model finds what other checks are there for', () => {
  it.each([
    ['delete-always-true', 'model/operations'],
    ['overwrite-keeps-created-at', 'model/operations'],
    ['sliding-ttl', 'model/operations'],
    ['expiry-one-late', 'model/operations'],
    ['live-result-handed-out', 'model/operations'],
    ['cleanup-counts-everything', 'model/operations'],
    ['stats-of-the-last-writer', 'model/operations'],
    ['refused-set-loses-old', 'model/operations'],
    ['lru-ignores-reads', 'model/lru'],
    ['limit-off-by-one', 'model/lru'],
    ['evicts-half', 'model/lru'],
    ['live-before-expired', 'model/lru'],
    ['policy-ignored', 'model/lfu'],
    ['fifo-keeps-first-place', 'model/fifo'],
    ['oversize-empties-the-cache', 'model/fifo'],
    ['ttl-policy-evicts', 'model/ttl'],
    ['expired-blocks-add', 'model/operations'],
    ['add-replaces', 'model/operations'],
    ['update-restarts-ttl', 'model/operations'],
    ['update-swallows-errors', 'model/operations'],
    ['increment-by-one', 'model/operations'],
    ['take-leaves-the-entry', 'model/operations'],
    ['touch-of-nothing-is-true', 'model/operations'],
    ['namespace-is-the-cache', 'model/operations'],
    ['namespace-clears-everything', 'model/operations'],
    ['namespace-with-stats-of-all', 'model/operations'],
    ['grace-ignored', 'model/operations'],
    ['grace-for-ever', 'model/operations'],
    ['grace-is-shown', 'model/operations'],
    ['grace-ends-at-cleanup', 'model/operations'],
    ['live-before-graced', 'model/lru'],
    ['invalidates-nothing', 'model/operations'],
    ['invalidation-by-clock', 'model/operations'],
    ['invalidation-takes-anything', 'model/operations'],
    ['grace-outlives-invalidation', 'model/operations'],
    ['namespaces-share-tags', 'model/operations'],
    ['tags-pile-up', 'model/operations'],
    ['filters-ignored', 'model/operations'],
    ['invalidated-takes-room', 'model/lru'],
    ['sliding-ignored', 'model/operations'],
    ['update-ends-sliding', 'model/operations'],
    ['sliding-takes-anything', 'model/operations'],
    ['stream-becomes-uint8array', 'model/operations'],
    ['stream-ignores-ttl', 'model/operations'],
    ['stream-keeps-pieces', 'model/operations'],
    ['stream-gives-its-own', 'model/operations'],
    ['stream-of-json', 'model/operations'],
    ['stream-of-anything', 'model/operations'],
    ['stream-stored-though-it-failed', 'model/operations'],
    ['streams-uncounted', 'model/operations'],
    ['streams-share-tags', 'model/operations'],
    ['invalidation-ends-at-set', 'model/operations'],
    ['filter-of-the-first-tag', 'model/operations'],
    ['stream-keeps-tags', 'model/operations'],
    ['lookup-extends-nothing', 'model/operations'],
    ['slides-from-its-expiry', 'model/operations'],
  ])('%s, by %s', async (fault, id) => {
    const result = await find(await brokenCache(fault), id);
    expect(result.status).toBe('failed');
    expect(result.failure?.trail[0]).toMatch(/^cache = create\(/);
  });
});

describe('right caches differ in what the contract leaves to them', () => {
  class Purging extends ReferenceCache {
    override async getStats(): Promise<CacheStats> {
      await this.cleanup();
      return super.getStats();
    }
  }

  class Thrifty extends ReferenceCache {
    /** In their grace, too: room is needed. */
    #removeExpired(): void {
      for (const [key, entry] of this.stored) {
        if (!isExpired(entry, this.clock.now())) continue;
        this.stored.delete(key);
        this.noteRemoved(key);
        this.countExpiry(key);
      }
    }

    /** One entry at a time, the first that the policy names, until the limits are kept. */
    protected override async evict(writtenKey: string | undefined): Promise<void> {
      const { maxEntries = Number.POSITIVE_INFINITY, maxSizeBytes = Number.POSITIVE_INFINITY } = this.limits;
      const isOver = () => {
        const sizes = [...this.stored.values()].map(({ sizeBytes }) => sizeBytes);
        return sizes.length > maxEntries || sizes.reduce((sum, size) => sum + size, 0) > maxSizeBytes;
      };
      if (isOver()) this.#removeExpired();
      for (const [key] of [...this.stored].sort(([, a], [, b]) => a.createdAt - b.createdAt)) {
        if (!isOver()) return;
        if (key === writtenKey) continue;
        this.stored.delete(key);
        this.noteRemoved(key);
        this.countEviction(key);
      }
    }
  }

  class Forgetting extends ReferenceCache {
    protected override noteExpired(key: string, entry: StoredEntry): void {
      if (this.stored.get(key) !== entry) return;
      this.stored.delete(key);
      this.noteRemoved(key);
      this.countExpiry(key);
    }
  }

  /** Has what the base gives it all the same. */
  class Modest extends ReferenceCache {
    override readonly capabilities: CacheCapabilities = { ...CAPABILITIES, grace: false, slidingTtl: false };
  }

  /** Drops what it does not know. */
  class Plain extends Modest {
    protected override writeEntry(key: string, entry: StoredEntry): void {
      const { payload, sizeBytes, createdAt, ttlSeconds, expiresAt, tags, accessCount, lastAccessedAt } = entry;
      super.writeEntry(key, {
        payload,
        sizeBytes,
        createdAt,
        ttlSeconds,
        expiresAt,
        tags,
        accessCount,
        lastAccessedAt,
      });
    }
  }

  class WithoutBytes extends ReferenceCache {
    override readonly capabilities: CacheCapabilities = { ...CAPABILITIES, limits: { entries: true, bytes: false } };
  }

  it.each([
    ['keep graces and slide without saying so', Modest, ['model/operations', 'model/lru', 'model/ttl']],
    ['know neither graces nor sliding', Plain, ['model/operations', 'model/lru', 'model/ttl']],
    ['know no limit in bytes', WithoutBytes, ['model/lru', 'model/fifo']],
    ['remove expired entries when nobody asks', Purging, ['model/operations', 'model/lru', 'model/ttl']],
    ['remove expired entries that a read meets', Forgetting, ['model/operations', 'model/lfu', 'model/ttl']],
    ['free no more than they must', Thrifty, ['model/fifo']],
  ] as const)('they may %s', async (_what, Cache, checks) => {
    const report = await runConformance(targetOf('right', Cache), { checks, modelRuns: 60, seed: 3 });
    expect(report.toText()).toContain(' 0 failed');
  });
});

describe('a failure of the model', () => {
  it('is the shortest sequence that shows the fault', async () => {
    const { failure } = await find(await brokenCache('delete-always-true'), 'model/operations');
    expect(failure?.expected).toBe('the answer of delete to be false');
    expect(failure?.came).toBe('true');
    expect(failure?.trail.filter((line) => line.startsWith('cache.'))).toEqual(["cache.delete('a') → true"]);
  });

  it('says what should be left where the wrong entry went', async () => {
    const { failure } = await find(await brokenCache('limit-off-by-one'), 'model/lru');
    expect(failure?.expected).toMatch(/^the keys left( in namespace\S+)? after \w+ to be \[/);
    expect(failure?.trail.length).toBeLessThan(12);
    expect(failure?.trail.at(-1)).toMatch(/^cache\.(namespace\S+\.)?keys\(\) → /);
  });

  it('tells what was asked of a namespace', async () => {
    const { failure } = await find(await brokenCache('namespace-is-the-cache'), 'model/operations');
    expect(failure?.trail.join('\n')).toMatch(/\ncache\.namespace\('\w+'\)\.\w+\(/);
    expect(failure?.replay).toMatch(/seed: 1, path: '[\d:]+' }$/);
  });

  it('is played again, and nothing else, with its seed and path', async () => {
    const broken = await brokenCache('evictions-uncounted');
    const found = await find(broken, 'model/lru', { seed: 5 });
    let created = 0;
    const counting: ConformanceTarget = {
      ...broken,
      create(config, context) {
        created++;
        return broken.create(config, context);
      },
    };
    const replayed = await find(counting, 'model/lru', { seed: 5, path: pathOf(found) });
    expect(replayed.failure).toEqual(found.failure);
    // To learn the capabilities, to measure, for the sequence, and for the sequence to be shown.
    expect(created).toBe(4);
  });

  it('is found again by a run that is given its seed by the environment', async () => {
    const broken = await brokenCache('evictions-uncounted');
    const found = await find(broken, 'model/lru', { seed: 77 });
    vi.stubEnv('GLOVEBOX_CACHE_TESTKIT_SEED', '77');
    expect((await find(broken, 'model/lru')).failure).toEqual(found.failure);
  });

  it('comes out where the cache answers otherwise the second time', async () => {
    let reads = 0;
    class Moody extends ReferenceCache {
      override async exists(key: string): Promise<boolean> {
        const isThere = await super.exists(key);
        return ++reads === 20 ? !isThere : isThere;
      }
    }
    const target = { ...targetOf('moody', Moody), timeoutSeconds: PATIENCE_SECONDS };
    const { failure } = await find(target, 'model/operations');
    expect(failure?.expected).toMatch(/^the answer of exists( in \S+)? to be (true|false)$/);
  });

  it('tells an operation that hangs, with what led there', async () => {
    class Hanging extends ReferenceCache {
      override cleanup(): Promise<number> {
        return new Promise(() => {});
      }
    }
    const target = { ...targetOf('hanging', Hanging), timeoutSeconds: 1 };
    const { failure } = await find(target, 'model/operations', { modelRuns: 30 });
    expect(failure?.came).toMatch(/^none: cache\.\S*cleanup\(\) has not ended$/);
    expect(failure?.trail.at(-1)).toMatch(/^cache\.\S*cleanup\(\) → \(has not ended\)$/);
  });
});

describe('the length of a search', () => {
  it('is so many sequences, each on a store of its own', async () => {
    let created = 0;
    class Counted extends ReferenceCache {
      constructor(options: BaseCacheOptions) {
        super(options);
        created++;
      }
    }
    await find(targetOf('counted', Counted), 'model/operations', { modelRuns: 12 });
    expect(created).toBe(2 + 12);
    created = 0;
    vi.stubEnv('GLOVEBOX_CACHE_TESTKIT_MODEL_RUNS', '7');
    await runConformance(targetOf('counted', Counted), { checks: ['model/operations'], configurations: ['default'] });
    expect(created).toBe(2 + 7);
  });

  it('ends when its time is over, whatever the number of sequences', async () => {
    // By a clock of its own: what a busy machine takes is left out.
    let closed = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => closed * 100);
    class Slow extends ReferenceCache {
      override async close(): Promise<void> {
        closed++;
        await super.close();
      }
    }
    const result = await find(targetOf('slow', Slow), 'model/operations', { modelRuns: 30 });
    expect(result.status).toBe('passed');
    // Two fifths of four seconds, and what had begun.
    expect(closed).toBeGreaterThan(10);
    expect(closed).toBeLessThan(20);
  });

  it.each([
    [{ modelRuns: 0 }, /modelRuns is 0; allowed is a whole number above 0/],
    [{ seed: 1.5 }, /seed is 1.5; allowed is a whole number/],
    [{ path: 'up' }, /path is "up"; allowed is what a failure shows/],
    [{ path: '1:2', configurations: ['default', 'tightest'] }, /the one configuration it was found in/],
  ] as const)('is not %j', async (options, message) => {
    const target = targetOf('reference', ReferenceCache);
    await expect(
      runConformance(target, { checks: ['model/lru'], configurations: ['default'], ...options }),
    ).rejects.toThrow(message);
  });
});

describe('fast-check', () => {
  it('is not loaded with the testkit, but with the first check of the model', () => {
    const script = `
      import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
      const { CHECKS } = await import('@glovebox/cache-testkit');
      console.log(CHECKS.length > 100, loaded.some((url) => url.includes('fast-check')));
      await import('fast-check');
      console.log(loaded.some((url) => url.includes('fast-check')));`;
    const args = ['--input-type=module', '--eval', script];
    const output = execFileSync(process.execPath, args, { encoding: 'utf8', cwd: import.meta.dirname });
    expect(output).toBe('true false\ntrue\n');
  });
});
