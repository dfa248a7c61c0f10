import { registerConformance, runConformance } from '@glovebox/cache-testkit';
import { describe, expect, it } from 'vitest';
import { fileTarget } from '../file-target.ts';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const target = await fileTarget();

// The quick run asks cache-fs.
if (isFull) registerConformance({ describe, it }, target, { groups: ['typed', 'persistence', 'processes'] });

describe('no alarm about several processes on a right store', () => {
  it('with ten seeds', { timeout: 600_000 }, async ({ skip }) => {
    skip(!isFull, 'keeps processes busy for minutes: part of test:full');
    for (let seed = 2; seed < 12; seed++) {
      const report = await runConformance(target, { seed, groups: ['typed', 'processes'] });
      expect(report.toText()).toContain(' 0 failed');
    }
  });
});
