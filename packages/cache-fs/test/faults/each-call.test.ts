import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { createFilesystemCache, type FilesystemCache, type FilesystemCacheOptions } from '../../src/index.js';
import { temporaryDirectory } from '../support.js';
import { type FaultPlan, type InjectedFault, injectFault, POOL_CALLS, SYNC_CALLS } from './inject-fault.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const CODES: readonly FaultPlan['code'][] = isFull
  ? ['ENOSPC', 'EDQUOT', 'EMFILE', 'EFBIG', 'EACCES', 'EPERM', 'EBUSY', 'EROFS', 'EIO', 'ESTALE', 'EXDEV']
  : ['ENOSPC', 'EIO'];
const CALLS: readonly FaultPlan['call'][] = [
  ...SYNC_CALLS.map((sync) => ({ sync })),
  ...POOL_CALLS.map((pool) => ({ pool })),
];
const timeout = isFull ? 600_000 : 60_000;

/** How often `run` calls each function on a path in `root`. */
async function countCalls(root: string, run: () => Promise<unknown>): Promise<[FaultPlan['call'], number][]> {
  const watches = CALLS.map((call) => [call, injectFault({ call, code: 'EIO', path: root, times: 0 })] as const);
  await run();
  for (const [, watch] of watches.toReversed()) watch.end();
  return watches.map(([call, watch]) => [call, watch.seen]);
}

/** Every call that an operation makes, in a store of its own, as a point of failure. */
async function eachCall<T>(
  open: (root: string) => Promise<T>,
  run: (opened: T) => Promise<unknown>,
  close: (opened: T) => Promise<void>,
  check: (opened: T, root: string, fail: () => InjectedFault, context: string) => Promise<void>,
  code: FaultPlan['code'],
): Promise<void> {
  const dryRoot = temporaryDirectory();
  const dry = await open(dryRoot);
  const counts = await countCalls(dryRoot, () => run(dry));
  await close(dry);
  expect(counts.some(([, count]) => count > 0)).toBe(true);
  for (const [call, count] of counts) {
    for (let nth = 1; nth <= count; nth++) {
      const root = temporaryDirectory();
      const opened = await open(root);
      const fail = () => injectFault({ call, code, nth, path: root });
      await check(opened, root, fail, `${JSON.stringify(call)} ${nth}`);
      await close(opened);
    }
  }
}

const OLD = 'old value';
const big = (fill: number) => Buffer.alloc(70_000, fill);

interface Scenario {
  readonly old: unknown;
  /** What a read finds afterwards if the operation says that it has worked. */
  readonly fresh: unknown;
  readonly run: (cache: FilesystemCache) => Promise<unknown>;
  /** Whether what `run` resolved to says that it has worked. */
  readonly hasWorked: (result: unknown) => boolean;
  readonly options?: FilesystemCacheOptions;
}

const isTrue = (result: unknown) => result === true;
const scenarios: Record<string, Scenario> = {
  'set of a new key': { old: undefined, fresh: 'new', run: (cache) => cache.set('k', 'new'), hasWorked: isTrue },
  'set that replaces': { old: OLD, fresh: 'new', run: (cache) => cache.set('k', 'new'), hasWorked: isTrue },
  'set of a blob': { old: big(1), fresh: big(2), run: (cache) => cache.set('k', big(2)), hasWorked: isTrue },
  'set through the pool': {
    old: OLD,
    fresh: 'new',
    run: (cache) => cache.set('k', 'new'),
    hasWorked: isTrue,
    options: { io: 'async' },
  },
  'set in power durability': {
    old: big(1),
    fresh: 'new',
    run: (cache) => cache.set('k', 'new'),
    hasWorked: isTrue,
    options: { durability: 'power' },
  },
  'set at the limit': {
    old: OLD,
    fresh: 'new',
    run: (cache) => cache.set('k', 'new'),
    hasWorked: isTrue,
    options: { maxEntries: 2 },
  },
  delete: { old: big(1), fresh: undefined, run: (cache) => cache.delete('k'), hasWorked: isTrue },
};

const close = (cache: FilesystemCache) => cache.close();

describe.each(Object.entries(scenarios))('%s', (_name, { old, fresh, run, hasWorked, options }) => {
  it.each(CODES)(
    'keeps the old value or stores the new one, whichever call fails once with %s',
    { timeout },
    async (code) => {
      const open = async (cacheRoot: string) => {
        const cache = createFilesystemCache({ cacheRoot, cleanupIntervalSeconds: null, ...options });
        await cache.setMany([
          ['other', 1],
          ['another', 1],
        ]);
        if (old !== undefined) await cache.set('k', old);
        return cache;
      };
      const check = async (cache: FilesystemCache, root: string, fail: () => InjectedFault, context: string) => {
        const fault = fail();
        const worked = hasWorked(await run(cache));
        fault.end();
        const value = await cache.get('k');
        if (worked) expect(value, context).toEqual(fresh);
        // What was stored can't be taken back when the last call, that should make it last, fails.
        else expect(options?.durability === 'power' ? [old, fresh] : [old], context).toContainEqual(value);
        if (!worked) expect((await cache.getStats()).errorCount, context).toBeGreaterThan(0);
        expect(readdirSync(join(root, 'tmp')), context).toEqual([]);
        expect(await cache.set('k', 'after'), context).toBe(true);
        expect(await cache.get('k'), context).toBe('after');
        if (!Buffer.isBuffer(old)) return;
        await cache.cleanup();
        expect(readdirSync(join(root, 'data', 'blobs')), context).toEqual([]);
      };
      await eachCall(open, run, close, check, code);
    },
  );
});

describe('reads', () => {
  it.each(['small', 'blob'])('are misses, not rejections, and the entry stays (%s)', { timeout }, async (size) => {
    const value = size === 'small' ? OLD : big(1);
    const open = async (cacheRoot: string) => {
      const cache = createFilesystemCache({ cacheRoot, cleanupIntervalSeconds: null });
      await cache.set('k', value);
      return cache;
    };
    const check = async (cache: FilesystemCache, _root: string, fail: () => InjectedFault, context: string) => {
      const fault = fail();
      const found = await cache.get('k');
      fault.end();
      expect(fault.failed, context).toBe(1);
      if (found === undefined) expect((await cache.getStats()).errorCount, context).toBeGreaterThan(0);
      else expect(found, context).toEqual(value);
      expect(await cache.get('k'), context).toEqual(value);
    };
    for (const code of CODES) await eachCall(open, (cache) => cache.get('k'), close, check, code);
  });
});

describe.each(['cleanup', 'clear', 'close'] as const)('%s', (operation) => {
  // Many calls, each of them a store of its own: one kind of fault in the quick run.
  it.each(isFull ? CODES : ['EIO' as const])(
    'leaves live entries and nothing half-done, whichever call fails once with %s',
    { timeout },
    async (code) => {
      const optionsFor = (cacheRoot: string, clock: ManualClock) => ({
        cacheRoot,
        cleanupIntervalSeconds: null,
        clock,
      });
      const open = async (cacheRoot: string) => {
        const clock = new ManualClock();
        const cache = createFilesystemCache(optionsFor(cacheRoot, clock));
        await cache.set('expired', big(1), { ttl: 1 });
        await cache.set('live', big(2));
        clock.advance(1_000);
        return { cache, clock };
      };
      type Opened = Awaited<ReturnType<typeof open>>;
      const check = async ({ cache, clock }: Opened, root: string, fail: () => InjectedFault, context: string) => {
        const fault = fail();
        await cache[operation]();
        fault.end();
        await cache.close();
        await expect(cache.get('live'), context).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
        const later = createFilesystemCache(optionsFor(root, clock));
        if (operation !== 'clear') expect(await later.get('live'), context).toEqual(big(2));
        await later.clear();
        await later.cleanup();
        expect(await later.get('live'), context).toBeUndefined();
        expect((await later.getStats()).totalEntries, context).toBe(0);
        for (const folder of ['tmp', 'data/blobs', 'metadata']) {
          expect(readdirSync(join(root, folder)), `${context}: ${folder}`).toEqual([]);
        }
        await later.close();
      };
      await eachCall(
        open,
        ({ cache }) => cache[operation](),
        ({ cache }) => cache.close(),
        check,
        code,
      );
    },
  );
});
