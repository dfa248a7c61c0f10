import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { WarmReport } from '@glovebox/cache-core/warm';
import { expect, it, onTestFinished } from 'vitest';
import { openCache, temporaryDirectory } from '../support.js';
import type { WarmingJob } from './fixtures/warming.js';

const PROCESS = fileURLToPath(new URL('./fixtures/warming.ts', import.meta.url));

/** A process that is ready: it warms when `go` is called. */
async function start(job: WarmingJob): Promise<{ go(): Promise<WarmReport> }> {
  const child = spawn(process.execPath, ['--no-warnings', PROCESS, JSON.stringify(job)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const nextLine = async () => (await lines.next()).value ?? '';
  expect(await nextLine()).toBe('ready');
  return {
    async go() {
      const exit = once(child, 'exit');
      child.stdin.write('go\n');
      const report: WarmReport = JSON.parse(await nextLine());
      expect(await exit).toEqual([0, null]);
      return report;
    },
  };
}

it('computes each key once, when two processes warm the same keys at once', async () => {
  const cacheRoot = temporaryDirectory();
  const keys = Array.from({ length: 40 }, (_, index) => `key-${index}`);
  // From both ends, so that each has something to do.
  const processes = await Promise.all([start({ cacheRoot, keys }), start({ cacheRoot, keys: keys.toReversed() })]);
  const reports = await Promise.all(processes.map((each) => each.go()));
  for (const { totalCount, hitCount, computedCount, failedCount } of reports) {
    expect(totalCount).toBe(keys.length);
    expect(computedCount).toBeGreaterThan(0);
    expect(hitCount).toBe(keys.length - computedCount);
    expect(failedCount).toBe(0);
  }
  expect(reports.reduce((sum, { computedCount }) => sum + computedCount, 0)).toBe(keys.length);
  expect((await openCache({ cacheRoot }).getMany(keys)).size).toBe(keys.length);
});
