import { readdirSync } from 'node:fs';
import { CHECKS, type CheckFailure, type ConformanceTarget, runConformance } from '@glovebox/cache-testkit';
import { describe, expect, it } from 'vitest';
import { FileCache } from './file-cache.ts';
import { fileTarget } from './file-target.ts';
import { type CacheClass, targetOf } from './reference-cache.js';

interface Broken {
  /** A right cache but for one fault. */
  readonly BrokenCache: CacheClass;
  /** The checks that name the fault. */
  readonly caughtBy: readonly string[];
}

/** Those that several processes can open are opened by several. */
async function brokenTarget(fault: string): Promise<ConformanceTarget & Pick<Broken, 'caughtBy'>> {
  const { BrokenCache, caughtBy }: Broken = await import(`./broken/${fault}.ts`);
  const isShared = BrokenCache.prototype instanceof FileCache;
  return { ...(isShared ? await fileTarget(fault) : targetOf(fault, BrokenCache)), caughtBy };
}

/** Checks in which processes are busy for a second or more: the quick run leaves them out. */
const LONG =
  /^processes\/(?!see-|open-|close-|delete-|single-flight$|factory-|usage-|invalidated-)|^crashes\/(?!large$)/;
const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
/** The model comes upon most faults within thirty sequences; upon the rarest of these, under this seed, within two hundred. */
const MODEL_RUNS = 200;
/** A search ends with its time, found or not: on a busy machine, too, it must come to its last sequence. */
const MODEL_SECONDS = 60;

const faults = readdirSync(new URL('broken', import.meta.url)).map((file) => file.replace(/\.ts$/, ''));

describe('a broken cache fails by the checks that name its fault', () => {
  it.for(faults)('%s', { timeout: 300_000 }, async (fault, context) => {
    const { caughtBy, ...target } = await brokenTarget(fault);
    const checks = caughtBy.filter((id) => isFull || !LONG.test(id));
    context.skip(checks.length === 0, 'keeps processes busy for long: part of test:full');
    const options = { checks, configurations: ['default'], modelRuns: MODEL_RUNS } as const;
    const timeoutSeconds = checks.some((id) => id.startsWith('model/')) ? MODEL_SECONDS : 1;
    const report = await runConformance({ ...target, timeoutSeconds }, options);
    const failed = report.results.filter(({ status }) => status === 'failed').map(({ id }) => id);
    expect(failed.sort()).toEqual([...checks].sort());
    for (const { failure } of report.results) expectToldFromTheBeginning(failure);
  });
});

/** From the making of the cache, or what its processes do, on; and nothing of the suite's own places. */
function expectToldFromTheBeginning(failure: CheckFailure | undefined): void {
  expect(failure?.trail.slice(0, 2).join('\n')).toMatch(/\bcreate\(|^(\d+ processes|process \d+): /);
  expect(failure?.stack ?? '').not.toMatch(/cache-testkit\/(src|dist)/);
  for (const text of [failure?.expected, failure?.came]) expect(text).toMatch(/^.+$/);
}

describe('every check', () => {
  it('fails for some broken cache', { timeout: 900_000 }, async ({ skip }) => {
    skip(!isFull, 'takes half a minute: part of test:full');
    const targets = await Promise.all(faults.map(brokenTarget));
    const named = new Set(targets.flatMap(({ caughtBy }) => caughtBy));
    // Those that name a fault were seen to fail above. Each of the others comes with one of them.
    let unfailed = CHECKS.map(({ id }) => id).filter((id) => !named.has(id));
    for (const [index, { caughtBy: _, ...target }] of targets.entries()) {
      if (unfailed.length === 0) break;
      // These fail every check that comes to a miss or to the end, and so prove nothing of it.
      if (faults[index] === 'hangs' || faults[index] === 'close-fails') continue;
      const report = await runConformance(target, { checks: unfailed, configurations: ['default'] });
      const failed = new Set(report.results.filter(({ status }) => status === 'failed').map(({ id }) => id));
      unfailed = unfailed.filter((id) => !failed.has(id));
    }
    expect(unfailed).toEqual([]);
  });
});
