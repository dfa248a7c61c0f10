// What a lock costs beside plain proper-lockfile: node packages/cache-fs/test/locks/lock-cost.ts, after a build.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import { LockManager } from '../../dist/locks/lock-manager.js';

const ROUNDS = 40;
const LOCKS_PER_ROUND = 25;

const dir = mkdtempSync(join(tmpdir(), 'glovebox-lock-cost-'));
const plainDir = join(dir, 'plain');
mkdirSync(plainDir);
const locks = new LockManager({ locksDir: join(dir, 'locks'), crossProcess: true });
let name = 0;

async function lockPlainly(file: string): Promise<void> {
  const release = await lockfile.lock(join(plainDir, file), { realpath: false });
  await release();
}

const subjects: Record<string, () => Promise<void>> = {
  'proper-lockfile, one name': () => lockPlainly('x'),
  'proper-lockfile, new names': () => lockPlainly(`x${name++}`),
  'exclusive, one name': () => locks.withExclusive('x', () => undefined),
  'exclusive, new names': () => locks.withExclusive(`x${name++}`, () => undefined),
  shared: () => locks.withShared('x', () => undefined),
};
const timings = new Map<string, number[]>(Object.keys(subjects).map((subject) => [subject, []]));
// Turn by turn, so that what else the machine does meanwhile meets all of them.
for (let round = 0; round < ROUNDS; round++) {
  for (const [subject, lock] of Object.entries(subjects)) {
    const startedAt = performance.now();
    for (let count = 0; count < LOCKS_PER_ROUND; count++) await lock();
    timings.get(subject)?.push(((performance.now() - startedAt) / LOCKS_PER_ROUND) * 1000);
  }
}
for (const [subject, sample] of timings) {
  sample.sort((a, b) => a - b);
  const [least, median] = [sample[0] ?? 0, sample[Math.floor(ROUNDS / 2)] ?? 0];
  console.log(
    `${subject.padEnd(28)} least ${least.toFixed(0).padStart(5)} µs   median ${median.toFixed(0).padStart(5)} µs`,
  );
}
await locks.close();
rmSync(dir, { recursive: true });
