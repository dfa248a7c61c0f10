import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Attempt, type FileLock, LockDirectory } from '../../src/locks/lock-directory.js';
import { OwnerJudge } from '../../src/locks/owner-judge.js';
import { threadIdentity } from '../../src/process-identity.js';
import { makeTempDir } from './helpers.js';

/** What happens elsewhere while an attempt stands between two of its system calls; each runs once. */
interface Meanwhile {
  /** After the first look, before the directory of the claim is made. */
  beforeClaim?: () => void;
  /** After the claim with its record was made, before the second look. */
  afterClaim?: () => void;
}

function makeDirectory(dir: string, meanwhile: Meanwhile = {}, now = Date.now): LockDirectory {
  const once = (moment: keyof Meanwhile) => {
    const action = meanwhile[moment];
    delete meanwhile[moment];
    action?.();
  };
  const interrupted: typeof lockfile.lockSync = (file, options) => {
    once('beforeClaim');
    const release = lockfile.lockSync(file, options);
    once('afterClaim');
    return release;
  };
  const shared = { self: threadIdentity(), staleMs: 30_000, updateMs: 2_000, now };
  return new LockDirectory(
    { lockSync: interrupted },
    {
      ...shared,
      locksDir: join(dir, 'locks'),
      judge: new OwnerJudge({ ...shared, procDir: '/proc', monotonicNow: () => performance.now() }),
      makeLocksDir: () => mkdirSync(join(dir, 'locks')),
      onLost: (_, error) => {
        throw error;
      },
    },
  );
}

function had(attempt: Attempt<FileLock>): FileLock {
  if (!('lock' in attempt)) throw new Error('the lock was not had');
  onTestFinished(() => attempt.lock.release());
  return attempt.lock;
}

const lockX = (dir: string) => join(dir, 'locks', 'lock-x');

describe('a process that is slow between two system calls', () => {
  it('does not get a generation that was pruned since it looked', () => {
    const dir = makeTempDir();
    const fast = makeDirectory(dir);
    had(fast.claimExclusive('x')).release();
    let heldByFast: FileLock | undefined;
    const slow = makeDirectory(dir, {
      beforeClaim: () => {
        had(fast.claimExclusive('x')).release();
        heldByFast = had(fast.claimExclusive('x'));
      },
    });
    expect(slow.claimExclusive('x')).not.toHaveProperty('lock');
    expect(heldByFast?.isHeld()).toBe(true);
    heldByFast?.release();
    expect(had(slow.claimExclusive('x')).isHeld()).toBe(true);
  });

  it('does not get the generation that another made first', () => {
    const dir = makeTempDir();
    const fast = makeDirectory(dir);
    had(fast.claimExclusive('x')).release();
    let heldByFast: FileLock | undefined;
    const slow = makeDirectory(dir, {
      beforeClaim: () => {
        heldByFast = had(fast.claimExclusive('x'));
      },
    });
    expect(slow.claimExclusive('x')).not.toHaveProperty('lock');
    expect(heldByFast?.isHeld()).toBe(true);
  });

  it('does not get the lock beside the one who found the directory empty with it', () => {
    const dir = makeTempDir();
    const fast = makeDirectory(dir);
    let heldByFast: FileLock | undefined;
    const slow = makeDirectory(dir, {
      beforeClaim: () => {
        heldByFast = had(fast.claimExclusive('x'));
      },
    });
    expect(slow.claimExclusive('x')).not.toHaveProperty('lock');
    expect(heldByFast?.isHeld()).toBe(true);
  });

  it.each([
    { clocks: 'behind', skewMs: -100_000 },
    { clocks: 'ahead', skewMs: 100_000 },
  ])('nor if its clock is $clocks, and it reaches for another number', ({ skewMs }) => {
    const dir = makeTempDir();
    const fast = makeDirectory(dir);
    let heldByFast: FileLock | undefined;
    const meanwhile = {
      beforeClaim: () => {
        heldByFast = had(fast.claimExclusive('x'));
      },
    };
    const slow = makeDirectory(dir, meanwhile, () => Date.now() + skewMs);
    expect(slow.claimExclusive('x')).not.toHaveProperty('lock');
    expect(heldByFast?.isHeld()).toBe(true);
  });

  it('starts again if the directory was swept since it looked', () => {
    const dir = makeTempDir();
    const fast = makeDirectory(dir, {}, () => Date.now() + 120_000);
    had(fast.claimExclusive('x')).release();
    const slow = makeDirectory(dir, { beforeClaim: () => expect(fast.sweep('x', 60_000)).toBe(true) });
    expect(slow.claimExclusive('x')).toEqual({ blockedBy: undefined });
    expect(had(slow.claimExclusive('x')).isHeld()).toBe(true);
  });

  it('keeps others out from the moment that its claim is made', () => {
    const dir = makeTempDir();
    const fast = makeDirectory(dir);
    const attempts: unknown[] = [];
    const slow = makeDirectory(dir, {
      afterClaim: () => attempts.push(fast.claimExclusive('x'), fast.claimShared('x'), fast.sweep('x', -1)),
    });
    const lock = had(slow.claimExclusive('x'));
    expect(lock.isHeld()).toBe(true);
    for (const attempt of attempts) expect(attempt).not.toHaveProperty('lock');
    expect(attempts.at(-1)).toBe(false);
  });

  it('loses if a newer generation was made before its second look', () => {
    const dir = makeTempDir();
    const slow = makeDirectory(dir, {
      afterClaim: () => {
        const own = Number.parseInt(readdirSync(lockX(dir))[0] ?? '', 10);
        mkdirSync(join(lockX(dir), `${own + 1}.lock`));
      },
    });
    expect(slow.claimExclusive('x')).not.toHaveProperty('lock');
  });

  it('loses if another record lies beside its own, and takes only its own away', () => {
    const dir = makeTempDir();
    let claim = '';
    const slow = makeDirectory(dir, {
      afterClaim: () => {
        claim = join(lockX(dir), readdirSync(lockX(dir))[0] ?? '');
        writeFileSync(join(claim, 'held-00'), JSON.stringify(threadIdentity()));
      },
    });
    expect(slow.claimExclusive('x')).not.toHaveProperty('lock');
    expect(readdirSync(claim)).toContain('held-00');
    expect(makeDirectory(dir).claimExclusive('x')).not.toHaveProperty('lock');
  });

  it('loses, and does not fail, if everything was removed before its second look', () => {
    const dir = makeTempDir();
    const afterClaim = () => rmSync(join(dir, 'locks'), { recursive: true });
    const slow = makeDirectory(dir, { afterClaim });
    expect(slow.claimExclusive('x')).toEqual({ blockedBy: undefined });
    const reader = makeDirectory(dir, { afterClaim });
    expect(reader.claimShared('x')).toEqual({ blockedBy: undefined });
  });

  it.each(['beforeClaim', 'afterClaim'] as const)('as a reader makes way for a writer who claims %s', (moment) => {
    const dir = makeTempDir();
    const writer = makeDirectory(dir);
    let written: FileLock | undefined;
    const reader = makeDirectory(dir, {
      [moment]: () => {
        written = had(writer.claimExclusive('x'));
      },
    });
    expect(reader.claimShared('x')).not.toHaveProperty('lock');
    expect(written?.foundReaders).toBe(moment === 'afterClaim');
    expect(writer.readerOf('x')).toBeUndefined();
    written?.release();
    expect(had(reader.claimShared('x')).isHeld()).toBe(true);
  });

  it('as a writer learns of the reader who claimed after its first look', () => {
    const dir = makeTempDir();
    const reader = makeDirectory(dir);
    let read: FileLock | undefined;
    const writer = makeDirectory(dir, {
      beforeClaim: () => {
        read = had(reader.claimShared('x'));
      },
    });
    expect(had(writer.claimExclusive('x')).foundReaders).toBe(true);
    expect(writer.readerOf('x')?.identity?.pid).toBe(process.pid);
    read?.release();
    expect(writer.readerOf('x')).toBeUndefined();
  });
});

it('a holder is told that it lost the lock as soon as there is a newer generation', () => {
  const dir = makeTempDir();
  const lock = had(makeDirectory(dir).claimExclusive('x'));
  expect(lock.isHeld()).toBe(true);
  mkdirSync(join(lockX(dir), `${lock.generation + 1}.lock`));
  expect(lock.isHeld()).toBe(false);
});

it('one that loses to an older claim leaves the number of the last holder in use', () => {
  const dir = makeTempDir();
  const directory = makeDirectory(dir);
  const last = had(directory.claimExclusive('x'));
  last.release();
  // A claim whose owner has been slow to write its record, and does so now.
  const inForce = join(lockX(dir), `${last.generation + 1}.lock`);
  mkdirSync(inForce);
  const afterClaim = () => writeFileSync(join(inForce, 'held-00'), JSON.stringify(threadIdentity()));
  const loser = makeDirectory(dir, { afterClaim }, () => Date.now() + 10_000);
  expect(loser.claimExclusive('x')).not.toHaveProperty('lock');
  expect(readdirSync(lockX(dir)).sort()).toEqual([`${last.generation}.lock`, `${last.generation + 1}.lock`]);
});

it('waits a moment for a claim that is being made', () => {
  const dir = makeTempDir();
  const made = join(lockX(dir), '7.lock');
  mkdirSync(made, { recursive: true });
  expect(makeDirectory(dir).claimExclusive('x')).toEqual({ blockedBy: {} });
  expect(had(makeDirectory(dir, {}, () => Date.now() + 1_000).claimExclusive('x')).generation).toBe(8);
});
