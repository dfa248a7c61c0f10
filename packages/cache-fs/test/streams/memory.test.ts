import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../support.js';
import type { Transfer, Transferred } from './fixtures/transfer.ts';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const MEGABYTES = isFull ? 1_024 : 64;
const MAX_GROWTH_MB = 64;

function run(transfer: Transfer): Transferred {
  const program = fileURLToPath(new URL('./fixtures/transfer.ts', import.meta.url));
  const output = execFileSync(process.execPath, ['--no-warnings', program, JSON.stringify(transfer)], {
    encoding: 'utf8',
    timeout: 600_000,
  });
  return JSON.parse(output);
}

it(`a value of ${MEGABYTES} MB is stored and read with less than ${MAX_GROWTH_MB} MB of memory`, {
  timeout: 1_200_000,
}, () => {
  const cacheRoot = temporaryDirectory();
  const stored = run({ cacheRoot, action: 'store', megabytes: MEGABYTES });
  const read = run({ cacheRoot, action: 'read', megabytes: MEGABYTES });
  if (isFull) console.log(`${MEGABYTES} MB: store ${JSON.stringify(stored)}, read ${JSON.stringify(read)}`);
  expect([stored.megabytes, read.megabytes]).toEqual([MEGABYTES, MEGABYTES]);
  expect(read.sha1).toBe(stored.sha1);
  expect(stored.growthMb).toBeLessThan(MAX_GROWTH_MB);
  expect(read.growthMb).toBeLessThan(MAX_GROWTH_MB);
});
