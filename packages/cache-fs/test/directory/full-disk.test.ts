import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFilesystemCache } from '../../src/index.js';
import { runBattery } from '../faults/battery.js';
import { fillBlocks, fillNames, mountSmallDisk } from '../faults/small-disk.js';
import { openCache, temporaryDirectory } from '../support.js';

const rounds = process.env.GLOVEBOX_TEST_FULL === '1' ? 20 : 3;
/** What is removed on the one disk is still there on the other. */
const NO_REMOVALS = [
  'set of a new key',
  'set of a new blob',
  'set that replaces a blob',
  'get',
  'getMetadata',
  'getMany',
  'getOrSet of a new key',
  'keys',
  'getStats',
  'open',
  'close',
] as const;

describe('a directory that is moved under way', () => {
  it.for([
    ['with its entries to a disk without room', 'size=4m', true, fillBlocks],
    ['with its entries to a disk without names', 'size=20m,nr_inodes=400', true, fillNames],
    ['without its entries to a disk without names', 'size=20m,nr_inodes=8', false, fillNames],
  ] as const)('%s refuses writes, and takes them when it is moved back', async ([, size, isCopied, fill], context) => {
    const disk = mountSmallDisk(context, size);
    const cacheRoot = join(temporaryDirectory(), 'cache');
    const isMounted = () => execFileSync('mount', { encoding: 'utf8' }).includes(` ${cacheRoot} `);
    const moveBack = () => {
      if (isMounted()) execFileSync('umount', ['--lazy', cacheRoot]);
    };
    onTestFinished(moveBack);
    const { problems, refused } = await runBattery(
      createFilesystemCache,
      {
        cacheRoot,
        rounds,
        only: NO_REMOVALS,
        options: { evictionPolicy: 'ttl' },
        // What found room in the place of an expired entry stays on that disk.
        mayEvict: true,
      },
      {
        begin: () => {
          const copy = join(disk, 'cache');
          if (isCopied) cpSync(cacheRoot, copy, { recursive: true });
          else mkdirSync(copy, 0o700);
          fill(disk, 0);
          execFileSync('mount', ['--bind', copy, cacheRoot]);
        },
        end: moveBack,
      },
    );
    expect(problems).toEqual([]);
    expect(refused).toBeGreaterThan(0);
    expect(await openCache({ cacheRoot }).exists('replaced blob')).toBe(true);
  });
});
