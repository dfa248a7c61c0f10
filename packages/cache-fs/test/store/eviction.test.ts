import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '@glovebox/cache-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LockManager } from '../../src/locks/lock-manager.js';
import { entryId } from '../../src/store/entry-id.js';
import { injectFault } from '../faults/inject-fault.js';
import { openCache, temporaryDirectory } from '../support.js';

const keyNames = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe('eviction', () => {
  it.each(['lru', 'lfu'] as const)(
    'goes by what other instances have read since the index was made (%s)',
    async (evictionPolicy) => {
      const clock = new ManualClock();
      const options = { cacheRoot: temporaryDirectory(), clock, maxEntries: 20, evictionPolicy } as const;
      const evicting = openCache(options);
      for (const key of keyNames('k', 20)) {
        clock.advance(1);
        await evicting.set(key, key);
      }
      clock.advance(1);
      const reading = openCache(options);
      for (let round = 0; round < 3; round++) for (const key of ['k0', 'k1']) expect(await reading.get(key)).toBe(key);
      await reading.close();
      for (const key of keyNames('k', 20).slice(4)) await evicting.get(key);
      clock.advance(1);
      await evicting.set('one more', 1);
      expect(await Promise.all(['k0', 'k1', 'k2'].map((key) => evicting.exists(key)))).toEqual([true, true, false]);
    },
  );

  it.each(['lru', 'ttl'] as const)(
    'takes the room of expired entries while the automatic cleanup is at them (%s)',
    async (evictionPolicy) => {
      const clock = new ManualClock();
      const options = { cleanupIntervalSeconds: 1, maxEntries: 2, evictionPolicy } as const;
      const cache = openCache({ cacheRoot: temporaryDirectory(), clock, ...options });
      for (let round = 0; round < 5; round++) {
        await cache.clear();
        await cache.set('live', 1);
        await cache.set('short', 1, { ttl: 1 });
        // Starts the cleanup, which nobody waits for.
        clock.advance(2_500);
        expect(await cache.set('new', 1)).toBe(true);
        expect(await cache.exists('live')).toBe(true);
        await cache.cleanup();
      }
      expect(await cache.getStats()).toMatchObject({ evictionCount: 0, errorCount: 0, expiredCount: 5 });
    },
  );

  it('does not wait at each set for a cleanup that does not end', async () => {
    const clock = new ManualClock();
    const cacheRoot = temporaryDirectory();
    const cache = openCache({ cacheRoot, clock, maxEntries: 2 });
    const locks = new LockManager({ locksDir: join(cacheRoot, 'locks'), crossProcess: true });
    const lock = await locks.tryExclusive('maintenance');
    onTestFinished(() => locks.close());
    for (const key of ['a', 'b']) await cache.set(key, 1, { ttl: 1 });
    clock.advance(2_500);
    const startedAt = performance.now();
    for (const key of ['c', 'd', 'e', 'f']) expect(await cache.set(key, 1)).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(2_500);
    await lock?.release();
    expect(await cache.set('g', 1)).toBe(true);
    expect((await cache.getStats()).expiredCount).toBe(2);
  });

  it('does not list the store at each set because totals were wrong once', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, maxEntries: 100 });
    for (const key of keyNames('k', 90)) await cache.set(key, 1);
    // As after crashes between a removal and its count: entries that are counted and not there.
    const other = openCache({ cacheRoot: root });
    for (const key of keyNames('gone', 30)) {
      await other.set(key, 1);
      rmSync(join(root, 'data', `${entryId(key)}.json`));
    }
    const listing = injectFault({ call: { pool: 'opendir' }, code: 'EIO', path: join(root, 'data'), nth: 1_000_000 });
    for (const key of keyNames('many', 64)) await cache.set(key, 1);
    listing.end();
    expect(listing.seen).toBeLessThan(8);
    expect(readdirSync(join(root, 'data')).length - 1).toBeLessThanOrEqual(100);
  });

  it('that can not list the store leaves the write stored, and is made good later', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, maxEntries: 10 });
    const writer = openCache({ cacheRoot: root });
    for (const key of keyNames('k', 20)) await writer.set(key, 1);
    const fault = injectFault({ call: { pool: 'opendir' }, code: 'EMFILE', path: join(root, 'data'), times: 1_000 });
    expect(await cache.set('new', 1)).toBe(true);
    expect(fault.failed).toBeGreaterThan(0);
    fault.end();
    expect(await cache.get('new')).toBe(1);
    expect(await cache.set('newer', 1)).toBe(true);
    expect(readdirSync(join(root, 'data')).length - 1).toBeLessThanOrEqual(10);
  });
});
