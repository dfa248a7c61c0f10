import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/support/summary-reporter.js';

// `--mode full` (the script `test:full`) adds the long runs: tests ask for the variable.
// One project for all packages: they share the settings, and one pool keeps both cores busy to the end.
export default defineConfig(({ mode }) => ({
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'examples/*/test/**/*.test.ts',
      'benchmarks/test/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    // By default a core is left free, which on two cores doubles the time.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The model of the conformance suite is searched by each of dozens of targets: a little each time.
    env: mode === 'full' ? { GLOVEBOX_TEST_FULL: '1' } : { GLOVEBOX_CACHE_TESTKIT_MODEL_RUNS: '3' },
    reporters: ['default', new SummaryReporter()],
  },
}));
