import { registerConformance, runConformance } from '@glovebox/cache-testkit';
import { describe, expect, it } from 'vitest';
import { KeepingCache } from './keeping-cache.js';
import { ReferenceCache, targetOf } from './reference-cache.js';

const targets = [targetOf('reference', ReferenceCache), targetOf('keeping', KeepingCache)];

for (const target of targets) {
  registerConformance({ describe, it }, target);

  describe(`no alarm about ${target.name}, which is right`, () => {
    it.each([2, 3])('with seed %i', async (seed) => {
      const report = await runConformance(target, { seed });
      expect(report.toText()).toContain(' 0 failed');
      expect(report.isPassed).toBe(true);
    });
  });
}
