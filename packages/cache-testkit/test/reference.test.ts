import { registerConformance, runConformance } from '@glovebox/cache-testkit';
import { describe, expect, it } from 'vitest';
import { KeepingCache } from './keeping-cache.js';
import { ReferenceCache, targetOf } from './reference-cache.js';
import { SerializedCache } from './serialized-cache.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
/** More than one seed only in long runs: nothing but the order and the random values differ. */
const seeds = isFull ? Array.from({ length: 100 }, (_, index) => index + 2) : [2];

const targets = [targetOf('reference', ReferenceCache), targetOf('keeping', KeepingCache)];
const serialized = targetOf('serialized', SerializedCache);

// Every bit takes its time: once, in the quick run.
if (isFull) targets.push(serialized);
else registerConformance({ describe, it }, serialized, { configurations: ['default'] });

for (const target of targets) {
  registerConformance({ describe, it }, target);

  describe(`no alarm about ${target.name}, which is right`, () => {
    it.each(seeds)('with seed %i', async (seed) => {
      const report = await runConformance(target, { seed });
      expect(report.toText()).toContain(' 0 failed');
      expect(report.isPassed).toBe(true);
    });
  });
}
