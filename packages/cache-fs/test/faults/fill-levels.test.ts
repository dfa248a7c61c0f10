import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFilesystemCache, type FilesystemCacheOptions } from '../../src/index.js';
import { type BatteryReport, runBattery } from './battery.js';
import { fillBlocks, fillNames, mountSmallDisk } from './small-disk.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const LEVELS = isFull ? Array.from({ length: 50 }, (_, level) => level) : [0, 1, 5, 18, 30];
const variants: readonly FilesystemCacheOptions[] = isFull
  ? [
      { evictionPolicy: 'ttl' },
      {},
      { evictionPolicy: 'ttl', io: 'async' },
      { evictionPolicy: 'ttl', durability: 'power' },
    ]
  : [{ evictionPolicy: 'ttl' }];

describe.each([
  ['blocks', 'size=4m', fillBlocks],
  ['inodes', 'size=20m,nr_inodes=600', fillNames],
] as const)('a disk that others have filled but for a number of %s', (_name, size, fill) => {
  it.for(variants)(
    'refuses what it has no room for, keeps what it had, and takes everything when there is room again (%o)',
    { timeout: 600_000 },
    async (options, context) => {
      const disk = mountSmallDisk(context, size);
      const reports: BatteryReport[] = [];
      for (const free of LEVELS) {
        let empty = () => {};
        const cacheRoot = join(disk, 'cache');
        const report = await runBattery(
          createFilesystemCache,
          { cacheRoot, options, rounds: isFull ? 3 : 2, mayEvict: options.evictionPolicy !== 'ttl' },
          {
            begin: () => {
              empty = fill(disk, free);
            },
            end: () => empty(),
          },
        );
        expect(report.problems, `${free} free`).toEqual([]);
        reports.push(report);
        rmSync(cacheRoot, { recursive: true });
      }
      // The levels are well chosen: the first leaves no room at all, and the last room for a part of it.
      const refused = reports.map((report) => report.refused);
      if (options.evictionPolicy === 'ttl') expect(refused[0]).toBeGreaterThan(refused.at(-1) ?? 0);
    },
  );
});
