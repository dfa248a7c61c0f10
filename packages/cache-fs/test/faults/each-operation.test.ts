import { describe, expect, it } from 'vitest';
import { createFilesystemCache, type FilesystemCacheOptions } from '../../src/index.js';
import { temporaryDirectory } from '../support.js';
import { type BatteryPlan, OPERATIONS, type OperationName, runBattery } from './battery.js';
import { ALL_CALLS, type Call, type FaultPlan, type InjectedFault, injectFault } from './inject-fault.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
type Code = FaultPlan['code'];
const CODES: readonly Code[] = [
  'ENOSPC',
  'EIO',
  'EMFILE',
  'EFBIG',
  'EDQUOT',
  'EACCES',
  'EPERM',
  'EBUSY',
  'EROFS',
  'ESTALE',
  'EXDEV',
];
/** One of each kind that the cache tells apart: no room, in use, anything else. */
const KINDS: readonly Code[] = ['ENOSPC', 'EBUSY', 'EIO'];
const variants: readonly FilesystemCacheOptions[] = isFull
  ? [{}, { io: 'async' }, { durability: 'power' }, { maxEntries: 12 }]
  : [{}];
const POINTS_IN_QUICK_RUN = 4;
const timeout = isFull ? 1_800_000 : 60_000;

/** A call to fail, and which one of its kind. */
type Point = readonly [call: Call, nth: number];

function planOf(operation: OperationName, options: FilesystemCacheOptions, code: Code): BatteryPlan {
  // Only under this policy is a full disk no reason for an entry to go.
  const isExact = code === 'ENOSPC' || code === 'EDQUOT';
  return {
    cacheRoot: temporaryDirectory(),
    only: [operation],
    rounds: 2,
    options: isExact ? { ...options, evictionPolicy: 'ttl' } : options,
    mayEvict: options.maxEntries !== undefined,
  };
}

/** Every call on a path in the root that is made while the fault would last. */
async function findPoints(plan: BatteryPlan): Promise<Point[]> {
  let watches: (readonly [Call, InjectedFault])[] = [];
  const { problems } = await runBattery(createFilesystemCache, plan, {
    begin: () => {
      watches = ALL_CALLS.map((call) => [call, injectFault({ call, code: 'EIO', path: plan.cacheRoot, times: 0 })]);
    },
    end: () => {
      for (const [, watch] of watches.toReversed()) watch.end();
    },
  });
  expect(problems).toEqual([]);
  return watches.flatMap(([call, { seen }]) => Array.from({ length: seen }, (_, index): Point => [call, index + 1]));
}

type Mode = 'once' | 'for good';

describe.each(OPERATIONS.map((operation, index) => [operation, index] as const))('%s', (operation, position) => {
  /** Runs the operation with one of its calls failing. */
  async function check(options: FilesystemCacheOptions, code: Code, mode: Mode, [call, nth]: Point): Promise<void> {
    // Nothing can be removed then: what was staged is left to the next sweep.
    const mayLeaveStaged = mode === 'for good' && Object.values(call).some((name) => name.startsWith('unlink'));
    const plan = { ...planOf(operation, options, code), mayLeaveStaged };
    let fault: InjectedFault | undefined;
    const { problems } = await runBattery(createFilesystemCache, plan, {
      begin: () => {
        const times = mode === 'once' ? 1 : Number.POSITIVE_INFINITY;
        fault = injectFault({ call, code, nth, times, path: plan.cacheRoot });
      },
      end: () => fault?.end(),
    });
    expect(problems, `${code} ${mode} of call ${nth} of ${JSON.stringify(call)}`).toEqual([]);
  }

  it.each(variants)('keeps every promise whichever call fails, once or for good (%o)', { timeout }, async (options) => {
    const points = await findPoints(planOf(operation, options, 'EIO'));
    expect(points.length).toBeGreaterThan(0);
    if (isFull) {
      const isDefault = Object.keys(options).length === 0;
      for (const point of points) {
        for (const code of isDefault ? CODES : KINDS) await check(options, code, 'for good', point);
        for (const code of isDefault ? KINDS : ['EIO' as const]) await check(options, code, 'once', point);
      }
      return;
    }
    const step = Math.max(1, Math.floor(points.length / POINTS_IN_QUICK_RUN));
    for (let index = position % step; index < points.length; index += step) {
      const point = points[index] ?? points[0];
      const code = CODES[(position + index) % CODES.length] ?? 'EIO';
      if (point !== undefined) await check(options, code, index % 2 === 0 ? 'once' : 'for good', point);
    }
  });
});
