import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { createFilesystemCache, type FilesystemCache, type FilesystemCacheOptions } from '../../src/index.js';
import { temporaryDirectory } from '../support.js';
import { type FaultPlan, injectFault, POOL_CALLS, SYNC_CALLS } from './inject-fault.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const CODES: readonly FaultPlan['code'][] = isFull
  ? ['ENOSPC', 'EDQUOT', 'EMFILE', 'EFBIG', 'EACCES', 'EPERM', 'EBUSY', 'EROFS', 'EIO', 'ESTALE', 'EXDEV']
  : ['ENOSPC', 'EIO'];
const CALLS: readonly FaultPlan['call'][] = [
  ...SYNC_CALLS.map((sync) => ({ sync })),
  ...POOL_CALLS.map((pool) => ({ pool })),
];
/** More calls of one kind than any operation makes. */
const MAX_CALLS = 200;

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

describe.each(Object.entries(scenarios))('%s', (_name, { old, fresh, run, hasWorked, options }) => {
  it.each(CODES)('keeps the old value or stores the new one, whichever call fails once with %s', async (code) => {
    for (const call of CALLS) {
      for (let nth = 1; ; nth++) {
        expect(nth).toBeLessThan(MAX_CALLS);
        const root = temporaryDirectory();
        const context = `${JSON.stringify(call)} ${nth}`;
        const cache = createFilesystemCache({ cacheRoot: root, cleanupIntervalSeconds: null, ...options });
        await cache.set('other', 1);
        await cache.set('another', 1);
        if (old !== undefined) await cache.set('k', old);
        const fault = injectFault({ call, code, nth, path: root });
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
        await cache.cleanup();
        expect(readdirSync(join(root, 'data', 'blobs')), context).toEqual([]);
        await cache.close();
        if (fault.failed === 0) break;
      }
    }
  });
});

describe('reads', () => {
  it.each(['small', 'blob'])('are misses, not rejections, and the entry stays (%s)', async (size) => {
    const value = size === 'small' ? OLD : big(1);
    for (const code of CODES) {
      for (const call of CALLS) {
        for (let nth = 1; ; nth++) {
          const root = temporaryDirectory();
          const cache = createFilesystemCache({ cacheRoot: root, cleanupIntervalSeconds: null });
          await cache.set('k', value);
          const fault = injectFault({ call, code, nth, path: root });
          const found = await cache.get('k');
          fault.end();
          if (found === undefined) expect((await cache.getStats()).errorCount).toBeGreaterThan(0);
          else expect(found).toEqual(value);
          expect(await cache.get('k')).toEqual(value);
          await cache.close();
          if (fault.failed === 0) break;
        }
      }
    }
  });
});

describe('cleanup, clear and close', () => {
  it.each(CODES)('leave live entries and nothing half-done, whichever call fails once with %s', async (code) => {
    for (const operation of ['cleanup', 'clear', 'close'] as const) {
      for (const call of CALLS) {
        for (let nth = 1; ; nth++) {
          expect(nth).toBeLessThan(MAX_CALLS);
          const context = `${operation} ${JSON.stringify(call)} ${nth}`;
          const root = temporaryDirectory();
          const clock = new ManualClock();
          const options = { cacheRoot: root, cleanupIntervalSeconds: null, clock } as const;
          const cache = createFilesystemCache(options);
          await cache.set('expired', big(1), { ttl: 1 });
          await cache.set('live', big(2));
          clock.advance(1_000);
          const fault = injectFault({ call, code, nth, path: root });
          await cache[operation]();
          fault.end();
          if (operation === 'close')
            await expect(cache.get('live'), context).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
          await cache.close();
          const later = createFilesystemCache(options);
          if (operation !== 'clear') expect(await later.get('live'), context).toEqual(big(2));
          await later.clear();
          await later.cleanup();
          expect(await later.get('live'), context).toBeUndefined();
          expect((await later.getStats()).totalEntries, context).toBe(0);
          for (const folder of ['tmp', 'data/blobs', 'metadata']) {
            expect(readdirSync(join(root, folder)), `${context}: ${folder}`).toEqual([]);
          }
          await later.close();
          if (fault.failed === 0) break;
        }
      }
    }
  });
});
