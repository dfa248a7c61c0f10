import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readClaim } from '../../src/locks/claim.js';
import { formatRecord, OwnerJudge } from '../../src/locks/owner-judge.js';
import { processIdentity } from '../../src/process-identity.js';
import { makeTempDir } from './helpers.js';

it('an owner that cannot be judged binds others while its heartbeat moves, however old it looks', () => {
  const claim = join(makeTempDir(), '7.lock');
  mkdirSync(claim);
  writeFileSync(join(claim, 'held-00'), formatRecord({ pid: 1, host: 'elsewhere' }, 0));
  let monotonicMs = 0;
  const judge = new OwnerJudge({
    self: processIdentity(),
    procDir: '/proc',
    staleMs: 30_000,
    updateMs: 2_000,
    // Its clock and ours differ by a day.
    now: () => Date.now() + 86_400_000,
    monotonicNow: () => monotonicMs,
  });
  const isBound = () => judge.holderOf(claim, readClaim(claim)) !== undefined;
  for (let beat = 0; beat < 3; beat++) {
    expect(isBound()).toBe(true);
    monotonicMs += 10_000;
    const before = statSync(claim).ctimeMs;
    while (statSync(claim).ctimeMs === before) utimesSync(claim, new Date(), new Date());
  }
  expect(isBound()).toBe(true);
  monotonicMs += 3_000;
  expect(isBound()).toBe(true);
  monotonicMs += 1;
  expect(isBound()).toBe(false);
});
