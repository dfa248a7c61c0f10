import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../support.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';

/** What a process has of caches that are closed. */
export interface Holdings {
  readonly listeners: number;
  readonly resources: readonly string[];
  readonly descriptors: number;
  readonly heapBytes: number;
  readonly writerFiles: number;
  readonly stagingFiles: number;
  readonly lockFiles: number;
}

it('instances opened and closed leave nothing in the process, and no files behind', { timeout: 300_000 }, (context) => {
  context.skip(!existsSync('/proc/self/fd'), 'there is no /proc');
  const count = isFull ? 1_000 : 60;
  const program = fileURLToPath(new URL('./fixtures/many-instances.ts', import.meta.url));
  const job = JSON.stringify({ cacheRoot: temporaryDirectory(), count });
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', '--expose-gc', program, job], {
    encoding: 'utf8',
    timeout: 280_000,
  });
  expect(status, stderr).toBe(0);
  const { before, after }: { before: Holdings; after: Holdings } = JSON.parse(stdout);
  if (isFull) console.log(`${count} instances: ${JSON.stringify({ before, after })}`);
  expect(after.listeners).toBe(before.listeners);
  expect(after.resources).toEqual(before.resources);
  expect(after.descriptors).toBe(before.descriptors);
  expect(after.heapBytes - before.heapBytes).toBeLessThan(1_000_000);
  expect(after.writerFiles).toBeLessThanOrEqual(Math.max(before.writerFiles, 1));
  expect(after.stagingFiles).toBe(0);
  // 10 keys with two kinds of locks, and the two of the store itself.
  expect(after.lockFiles).toBeLessThanOrEqual(before.lockFiles + 10);
});
