import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerConformance } from '@glovebox/cache-testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inLanes } from '../src/crashes/in-lanes.js';
import { killPointsOf } from '../src/crashes/kill-points.js';
import { parseRecording, straceProblem } from '../src/crashes/strace.js';
import { fileTarget } from './file-target.ts';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
// Each kill is the start of a process: in the quick run the real backends' ones are enough.
if (isFull) registerConformance({ describe, it }, await fileTarget(), { groups: ['crashes'] });

const RECORDING = `
100 readlink("/notes/start", 0x7ffc, 1023) = -1 ENOENT (No such file or directory)
100 openat(AT_FDCWD</work>, "/store/before", O_WRONLY|O_CREAT) = 20</store/before>
100 readlink("/notes/start", "/notes", 1023) = 6
100 openat(AT_FDCWD</work>, "/store/tmp/a", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0600 <unfinished ...>
101 unlink("/store/data/blob")  = 0
100 <... openat resumed>)       = 21</store/tmp/a>
102 write(9<anon_inode:[eventfd]>, "\\1\\0\\0\\0\\0\\0\\0\\0", 8) = 8
102 mkdir("/store/of another thread", 0700) = 0
100 write(21</store/tmp/a>, "{\\"a\\":1}"..., 300) = 300
100 openat(AT_FDCWD</work>, "/store/data/b", O_RDONLY|O_CLOEXEC) = 22</store/data/b>
100 rename("/elsewhere/a", "/elsewhere/b") = 0
100 readlink("/notes/end", 0x7ffc, 1023) = -1 ENOENT (No such file or directory)
100 unlink("/store/data/after") = 0
100 +++ killed by SIGKILL +++
`;

function recordedCalls() {
  const directory = mkdtempSync(join(tmpdir(), 'recording-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'calls');
  writeFileSync(file, RECORDING);
  return parseRecording(file);
}

describe('the points at which a process is killed', () => {
  it('are the calls on the store, of the two threads that serve it, between the start and the end', () => {
    const points = killPointsOf(recordedCalls(), '/store', { main: 100, pool: 101 });
    expect(points.map(({ thread, name, nth, isChange }) => [thread, name, nth, isChange])).toEqual([
      ['main', 'openat', 2, true],
      ['pool', 'unlink', 1, true],
      ['main', 'write', 1, true],
      ['main', 'openat', 3, false],
    ]);
    expect(points.map(({ place }) => place)).toEqual([1, 2, 3, 4]);
    expect(points[1]?.text).toBe('unlink("<store>/data/blob")');
  });

  it('need a recording of the whole operation', () => {
    const calls = recordedCalls().filter(({ text }) => !text.includes('/notes/end'));
    expect(() => killPointsOf(calls, '/store', { main: 100, pool: 101 })).toThrow(
      'does not show the start and the end',
    );
  });
});

describe('strace', () => {
  it('is found, or it is said why not', async ({ skip }) => {
    const problem = await straceProblem();
    skip(problem !== undefined, `processes can't be followed here: ${problem}`);
    expect(problem).toBeUndefined();
  });
});

describe('work in lanes', () => {
  it('is done for every item, so many at a time', async () => {
    let [running, most] = [0, 0];
    const done: number[] = [];
    await inLanes([1, 2, 3, 4, 5], 2, async (item) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      done.push(item);
    });
    expect(done.sort()).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  it('ends with the first error, when what had begun has ended', async () => {
    const done: number[] = [];
    const work = inLanes([1, 2, 3, 4], 2, async (item) => {
      if (item === 1) throw new Error('the first');
      await new Promise((resolve) => setImmediate(resolve));
      done.push(item);
    });
    await expect(work).rejects.toThrow('the first');
    expect(done).toEqual([2]);
  });
});
