import { describe, expect, it } from 'vitest';
import { createFilesystemCache, type FilesystemCacheOptions } from '../../src/index.js';
import { temporaryDirectory } from '../support.js';
import { runBattery } from './battery.js';
import { type FaultPlan, type InjectedFault, injectOutage } from './inject-fault.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const ALL: readonly FaultPlan['code'][] = [
  'ENOSPC',
  'EDQUOT',
  'EMFILE',
  'EFBIG',
  'EACCES',
  'EPERM',
  'EBUSY',
  'EROFS',
  'EIO',
  'ESTALE',
  'EXDEV',
];
const QUICK: readonly FaultPlan['code'][] = ['EDQUOT', 'EIO', 'ESTALE'];
const variants: readonly FilesystemCacheOptions[] = isFull
  ? [{}, { io: 'async' }, { durability: 'power' }, { useFileLocking: false }, { maxEntries: 12 }]
  : [{}];

describe.each(variants)('with %o', (options) => {
  it.each(isFull ? ALL : QUICK)(
    'a disk on which every call fails with %s makes misses and refused writes, and nothing else, until it is back',
    { timeout: 120_000 },
    async (code) => {
      const cacheRoot = temporaryDirectory();
      let fault: InjectedFault | undefined;
      const report = await runBattery(
        createFilesystemCache,
        { cacheRoot, options, rounds: isFull ? 20 : 3, mayEvict: options.maxEntries !== undefined },
        {
          begin: () => {
            fault = injectOutage(code, cacheRoot);
          },
          end: () => fault?.end(),
        },
      );
      expect(report.problems).toEqual([]);
      for (const line of report.log) expect(line).toContain(code);
      expect(fault?.failed).toBeGreaterThan(100);
      expect(report.refused).toBeGreaterThan(0);
    },
  );
});
