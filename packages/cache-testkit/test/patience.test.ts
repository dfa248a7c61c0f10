import { setTimeout as delay } from 'node:timers/promises';
import { runConformance } from '@glovebox/cache-testkit';
import { expect, it } from 'vitest';
import { ReferenceCache, targetOf } from './reference-cache.js';

// As on a machine so busy that thousands of turns of the event loop pass while one file is waiting to be read.
it('a cache may take its time for what it does in the background', async () => {
  class Busy extends ReferenceCache {
    override async close(): Promise<void> {
      await delay(300);
      await super.close();
    }
  }
  const options = { checks: ['getOrSet/close-ends-refreshes'], configurations: ['default'] } as const;
  const report = await runConformance(targetOf('busy', Busy), options);
  expect(report.toText()).toContain('1 passed, 0 failed');
});
