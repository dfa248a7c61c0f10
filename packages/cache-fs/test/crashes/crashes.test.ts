import { registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';
import target from './crash-target.ts';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';

// Every kill costs the start of a process. The full run kills three times before each call of each operation, and 2,000
// times at random.
registerConformance(
  { describe, it },
  target,
  isFull
    ? { groups: ['crashes'], scale: 'full' }
    : {
        checks: [
          'crashes/cleanup',
          'crashes/invalidate',
          'crashes/invalidate-late',
          'crashes/slide',
          'crashes/stream',
          'crashes/random',
        ],
      },
);
