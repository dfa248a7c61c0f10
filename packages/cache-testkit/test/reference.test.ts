import { describe, expect, it } from 'vitest';
import { registerConformance, runConformance } from '@glovebox/cache-testkit';
import { ReferenceCache, targetOf } from './reference-cache.js';

const target = targetOf('reference', ReferenceCache);

registerConformance({ describe, it }, target);

describe('a right cache raises no alarm', () => {
  it.each([1, 2, 3])('with seed %i', async (seed) => {
    const report = await runConformance(target, { seed });
    expect(report.toText()).toContain('0 failed');
    expect(report.isPassed).toBe(true);
  });
});
