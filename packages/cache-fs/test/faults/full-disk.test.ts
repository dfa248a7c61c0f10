import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { openCache } from '../support.js';
import { fillBlocks, fillNames, mountSmallDisk } from './small-disk.js';

const text = (size: number) => 'x'.repeat(size);
const staged = (root: string) => readdirSync(join(root, 'tmp'));

describe.each([
  ['blocks', 'size=600k', fillBlocks],
  ['inodes', 'nr_inodes=120,size=100m', fillNames],
])('a disk without %s', (_name, options, fill) => {
  it('evicts and takes the new entry', async (context) => {
    const root = join(mountSmallDisk(context, options), 'cache');
    const clock = new ManualClock();
    const cache = openCache({ cacheRoot: root, clock });
    for (let index = 0; index < 300; index++) {
      clock.advance(1);
      expect(await cache.set(`k${index}`, text(5_000)), `set ${index}`).toBe(true);
      expect(await cache.get(`k${index}`)).toBe(text(5_000));
    }
    expect((await cache.getStats()).evictionCount).toBeGreaterThan(0);
    expect(staged(root)).toEqual([]);
  });

  it('removes what has expired first, though no lock can be made', async (context) => {
    const root = join(mountSmallDisk(context, options), 'cache');
    const clock = new ManualClock();
    const cache = openCache({ cacheRoot: root, clock, evictionPolicy: 'ttl' });
    let count = 0;
    while (await cache.set(`k${count}`, text(5_000), { ttl: 10 })) count++;
    expect(count).toBeGreaterThan(20);
    clock.advance(10_000);
    expect(await cache.set('fresh', text(5_000))).toBe(true);
    const { expiredCount, evictionCount } = await cache.getStats();
    expect([expiredCount, evictionCount]).toEqual([count, 0]);
  });

  it('that others fill refuses the write, keeps the old value, stages nothing, and serves again when there is room', async (context) => {
    const disk = mountSmallDisk(context, options);
    const root = join(disk, 'cache');
    const warnings: string[] = [];
    const logger = { warn: (message: string) => warnings.push(message), error: () => {} };
    const cache = openCache({ cacheRoot: root, evictionPolicy: 'ttl', logger });
    await cache.set('k', text(50_000));
    await cache.set('blob', Buffer.alloc(100_000, 1));
    const emptyDisk = fill(disk, 0);
    for (let round = 0; round < 50; round++) {
      expect(await cache.set('k', text(60_000))).toBe(false);
      expect(await cache.set('blob', Buffer.alloc(100_000, 2))).toBe(false);
    }
    expect(await cache.get('k')).toBe(text(50_000));
    expect(await cache.get('blob')).toEqual(Buffer.alloc(100_000, 1));
    expect(staged(root)).toEqual([]);
    expect(readdirSync(join(root, 'data', 'blobs'))).toHaveLength(1);
    expect(warnings.length).toBeGreaterThan(0);
    expect(warnings.length).toBeLessThan(10);
    emptyDisk();
    expect(await cache.set('k', text(60_000))).toBe(true);
    expect(await cache.set('blob', Buffer.alloc(100_000, 2))).toBe(true);
    await cache.close();
    expect(await openCache({ cacheRoot: root }).get('k')).toBe(text(60_000));
  });
});

describe('a disk that can only be read', () => {
  it('serves reads, refuses writes, warns a few times, and is closed in peace', async (context) => {
    const disk = mountSmallDisk(context, 'size=10m');
    const root = join(disk, 'cache');
    const before = openCache({ cacheRoot: root });
    await before.set('k', 'value');
    await before.set('blob', Buffer.alloc(100_000, 1));
    await before.close();
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const warnings: string[] = [];
    const logger = { warn: (message: string) => warnings.push(message), error: () => {} };
    const cache = openCache({ cacheRoot: root, logger });
    for (let round = 0; round < 20; round++) {
      expect(await cache.get('k')).toBe('value');
      expect(await cache.get('blob')).toEqual(Buffer.alloc(100_000, 1));
      expect(await cache.set('k', 'other')).toBe(false);
      expect(await cache.delete('k')).toBe(false);
    }
    expect(await cache.getOrSet('k', () => 'other')).toBe('value');
    expect(await cache.getOrSet('computed', () => 'computed')).toBe('computed');
    await cache.clear();
    expect(await cache.cleanup()).toBe(0);
    const { errorCount, hitCount } = await cache.getStats();
    // 40 refused operations of the loop, the value of `computed` that was not stored, and `clear`.
    expect([errorCount, hitCount]).toEqual([42, 41]);
    const warningsBefore = warnings.length;
    await cache.close();
    expect(warnings.length).toBe(warningsBefore);
    expect(warnings.length).toBeLessThan(6);
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    expect(await openCache({ cacheRoot: root }).set('k', 'other')).toBe(true);
  });
});
