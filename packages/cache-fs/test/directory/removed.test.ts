import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFilesystemCache } from '../../src/index.js';
import { OPERATIONS, runBattery } from '../faults/battery.js';
import { eventually, openCache, temporaryDirectory } from '../support.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const PARTS = [
  '.',
  'data',
  'data/blobs',
  'metadata',
  'stats',
  'locks',
  'tmp',
  '.cache_format.json',
  'CACHEDIR.TAG',
  '.cache_stats.json',
];

/** No other instance that would make it again when it opens. */
const ALONE = OPERATIONS.filter((name) => name !== 'open');

describe('a directory of which a part is removed under way', () => {
  it.each(PARTS)('goes on as if nothing had been: %s', async (part) => {
    const cacheRoot = join(temporaryDirectory(), 'cache');
    const report = await runBattery(
      createFilesystemCache,
      { cacheRoot, only: ALONE, rounds: isFull ? 20 : 3, mayEvict: ['.', 'data', 'data/blobs'].includes(part) },
      { begin: () => rmSync(join(cacheRoot, part), { recursive: true, force: true }), end: () => undefined },
    );
    expect(report.problems).toEqual([]);
    expect(report.refused).toBe(0);
    expect(existsSync(join(cacheRoot, part))).toBe(true);
  });
});

describe('a part that is removed under a cache at work', () => {
  it.each(PARTS.filter((part) => part !== 'CACHEDIR.TAG'))(
    'is back soon, and nothing that was counted is lost or counted twice: %s',
    async (part) => {
      const cacheRoot = join(temporaryDirectory(), 'cache');
      const cache = openCache({ cacheRoot, maxEntries: 60 });
      for (let index = 0; index < 40; index++) await cache.set(`before ${index}`, index);
      await cache.cleanup();
      rmSync(join(cacheRoot, part), { recursive: true, force: true });
      for (let index = 0; index < 40; index++) {
        expect(await cache.set(`after ${index}`, index), `set ${index}`).toBe(true);
        expect(await cache.get(`after ${index}`)).toBe(index);
      }
      // Two hundred operations: what is kept in memory has gone to disk.
      for (let index = 0; index < 120; index++) await cache.get(`before ${index % 40}`);
      await eventually(() => existsSync(join(cacheRoot, part)), `${part} is back`);
      const { totalEntries, setCount, hitCount, missCount, errorCount } = await cache.getStats();
      expect(totalEntries).toBe(readdirSync(join(cacheRoot, 'data')).length - 1);
      expect(totalEntries).toBeLessThanOrEqual(60);
      expect([setCount, hitCount + missCount]).toEqual([80, 160]);
      expect(errorCount).toBeLessThanOrEqual(1);
      await cache.close();
      const later = await openCache({ cacheRoot }).getStats();
      expect([later.setCount, later.hitCount, later.missCount]).toEqual([setCount, hitCount, missCount]);
    },
  );
});
