import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../support.js';
import { BusyProcesses } from './busy-processes.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const PROCESSES = isFull ? 4 : 2;
const ROUNDS = isFull ? 200 : 10;

/** As a cleaner would, and no more often than it takes two processes to make it again in between. */
function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Somebody made a file in a folder that was just emptied.
  }
}

interface Change {
  readonly name: string;
  /** Leaves everything as it should be, a directory or nothing at the root's place. */
  readonly change: (root: string, round: number) => void | Promise<void>;
  readonly mayGoBack?: boolean;
  /** What no process may write to, or read from, is no reason for a refused set: all others are none. */
  readonly mayRefuse?: boolean;
}

const FOLDERS = ['data', 'data/blobs', 'metadata', 'stats', 'locks', 'tmp'];

const changes: readonly Change[] = [
  { name: 'removed', change: (root) => remove(root) },
  { name: 'robbed of one folder after another', change: (root, round) => remove(join(root, FOLDERS[round % 6] ?? '')) },
  {
    name: 'moved away, and back while another has taken its place',
    mayGoBack: true,
    change: async (root) => {
      renameSync(root, `${root}-moved`);
      await delay(5);
      remove(`${root}-other`);
      try {
        renameSync(root, `${root}-other`);
      } catch {
        // Nobody has made it again.
      }
      try {
        renameSync(`${root}-moved`, root);
      } catch {
        // Somebody has made it again this very moment.
        remove(`${root}-moved`);
      }
    },
  },
  {
    name: 'moved away with a link left in its place, and back',
    mayGoBack: true,
    mayRefuse: true,
    change: async (root) => {
      renameSync(root, `${root}-moved`);
      try {
        symlinkSync(`${root}-moved`, root);
        await delay(5);
        unlinkSync(root);
      } catch {
        // Somebody has made it again this very moment.
      }
      remove(root);
      try {
        renameSync(`${root}-moved`, root);
      } catch {
        remove(`${root}-moved`);
      }
    },
  },
];

describe('a directory that several processes work on', () => {
  it.each(changes)(
    'may be $name: no wrong value, no rejection, and all is well right afterwards',
    { timeout: 300_000 },
    async ({ change, mayGoBack = false, mayRefuse = false }) => {
      const root = join(temporaryDirectory(), 'cache');
      mkdirSync(root, 0o700);
      const options = { cacheRoot: root, lockTimeoutMs: 300, cleanupIntervalSeconds: null };
      const processes = await BusyProcesses.start(
        Array.from({ length: PROCESSES }, (_, index) => ({ options, name: `p${index}`, mayGoBack })),
      );
      for (let round = 0; round < ROUNDS; round++) {
        await delay(10);
        await change(root, round);
      }
      const reports = await processes.stop();
      for (const report of reports) {
        expect(report.wrong).toEqual([]);
        expect(report.isWell, report.log.join('\n')).toBe(true);
        expect(report.log.length).toBeLessThan(40);
        // A directory may be gone again before the second attempt at a write.
        if (!mayRefuse) expect(report.refused).toBeLessThan(1 + ROUNDS / 2);
      }
      if (process.env.SHOW) console.log(reports);
    },
  );
});
