import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

interface Result {
  exitCode: number | null;
  output: string;
  errors: string;
}

/** Runs the built command, its cache below `folder`. */
function run(folder: string, ...args: string[]): Promise<Result> {
  const env = { ...process.env, HOME: folder, TMPDIR: folder, TEMP: folder, TMP: folder };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [SCRIPT, ...args], { env }, (_error, output, errors) =>
      resolve({ exitCode: child.exitCode, output, errors }),
    );
  });
}

/** The two columns of requests, summed. */
function requestsIn(output: string): [number, number] {
  const counts = [...output.matchAll(/ ms +(\d+) +[\d.]+ ms +(\d+)/g)];
  expect(counts).toHaveLength(7);
  return [1, 2].map((column) => counts.reduce((sum, match) => sum + Number(match[column]), 0)) as [number, number];
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'moergo-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('the command', () => {
  it('shows first and second calls, and finds the answers again in the next run', async () => {
    const folder = await temporaryFolder();
    const first = await run(folder);
    expect(first).toMatchObject({ exitCode: 0, errors: '' });
    expect(requestsIn(first.output)).toEqual([7, 0]);
    const second = await run(folder);
    expect(second).toMatchObject({ exitCode: 0, errors: '' });
    expect(requestsIn(second.output)).toEqual([0, 0]);
    expect(second.output).toMatch(/^Cache: 7 entries, \d+ bytes, \d+ hits, \d+ misses, 0 errors$/m);
  });

  it('explains itself', async () => {
    const { exitCode, output } = await run(await temporaryFolder(), '--help');
    expect(exitCode).toBe(0);
    expect(output).toContain('--live');
  });

  it('refuses an option that it does not know', async () => {
    const { exitCode, output, errors } = await run(await temporaryFolder(), '--lvie');
    expect({ exitCode, output }).toEqual({ exitCode: 1, output: '' });
    expect(errors).toContain('--lvie');
  });
});
