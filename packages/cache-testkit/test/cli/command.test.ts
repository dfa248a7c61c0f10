import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHECKS } from '@glovebox/cache-testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from './run-command.js';

const IDS = CHECKS.map(({ id }) => id);

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'testkit-command-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe('the command', () => {
  it('passes a right backend with exit code 0, the report alone on stdout', async () => {
    const out = join(directory, 'new', 'report.json');
    const { code, stdout, stderr } = await runCommand(['./right.mjs', '--group', 'ttl', '--json', '--out', out]);
    const inGroup = IDS.filter((id) => id.startsWith('ttl/')).length;
    expect(stdout).toBe(
      `right: ${(inGroup - 1) * 2} passed, 0 failed, 2 skipped\nskipped: ttl/units (to see a skip)\n`,
    );
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ target: 'right', failed: 0, skipped: 2 });
    expect(stderr).toContain('right: a new instance');
    expect(code).toBe(0);
  });

  it('fails a broken one, in TypeScript, with exit code 1, by the check that names the fault', async () => {
    const args = ['broken.ts', '--only', 'lru', '--seed', '7', '--configuration', 'default', '--color'];
    const { code, stdout } = await runCommand(args);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^broken: \S*\d+ passed, [1-9]\d* failed/);
    expect(stdout).toContain('\u001b[1mlimits/lru-get (default configuration)\u001b[22m');
    expect(stdout).toContain('  promised: LRU: a get protects an entry.');
    expect(stdout).toMatch(/^One check alone: glovebox-cache-testkit broken\.ts --only limits\/lru-\S+ --seed 7$/m);
  });

  it('measures a backend beside another, and gives the tables or JSON', async () => {
    const out = join(directory, 'bench.json');
    const args = ['bench', './right.mjs', '--baseline', './right.mjs', '--seconds', '1', '--rounds', '3'];
    const { code, stdout, stderr } = await runCommand([...args, '--json', '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^right beside right\n/);
    expect(stdout).toMatch(/\nget +[\d,]+ +[\d.,]+/);
    expect(stderr).toMatch(/^1\/\d+: set new, 536 B of JSON$/m);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ target: 'right', baseline: 'right' });
  });

  it('says what is wrong with a benchmark, with exit code 2', async () => {
    const missing = await runCommand(['bench', './right.mjs', '--baseline', './no-such.mjs']);
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toContain('no-such.mjs');
    const misplaced = await runCommand(['./right.mjs', '--seconds', '3']);
    expect(misplaced.stderr).toBe(
      "glovebox-cache-testkit: --seconds is only for 'glovebox-cache-testkit bench <module>'\n",
    );
  });

  it('says what is wrong with a module that it cannot use, with exit code 2', async () => {
    const { code, stdout, stderr } = await runCommand(['@glovebox/cache-core']);
    expect(stderr).toMatch(/^glovebox-cache-testkit: '@glovebox\/cache-core' exports only .*; export \{ name, create/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it.for(['SIGINT', 'SIGKILL'] as const)('leaves no process and no file behind at %s', async (sent, { skip }) => {
    skip(process.platform === 'win32', 'no signals between processes on Windows');
    const pidFile = join(directory, 'pid');
    const temporary = mkdtempSync(join(directory, 'tmp-'));
    let sentAt = 0;
    const { code, signal } = await runCommand(['stubborn.mjs', '--only', 'values/overwrite'], {
      env: { PID_FILE: pidFile, TMPDIR: temporary },
      meanwhile: async (pid) => {
        await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
        expect(readdirSync(temporary)).toHaveLength(1);
        process.kill(pid, sent);
        sentAt = performance.now();
      },
    });
    expect({ code, signal }).toEqual({ code: null, signal: sent });
    expect(performance.now() - sentAt).toBeLessThan(5_000);
    // Of a command that was killed the process that ran the checks takes care, which sees it a moment later.
    if (sent === 'SIGKILL') await until(() => readdirSync(temporary).length === 0);
    expect(readdirSync(temporary)).toEqual([]);
    await until(() => !isRunning(Number(readFileSync(pidFile, 'utf8'))));
  });
});

describe('a backend that takes its process down', () => {
  it('by ending it: the check that ran has failed, the others are named', async () => {
    const { code, stdout } = await runCommand(['wild.mjs', '--group', 'tags'], { env: { WILD: 'exit' } });
    expect(code).toBe(1);
    expect(stdout).toContain('1 failed');
    expect(stdout).toMatch(/tags\/of-batches \(\w+ configuration\)/);
    expect(stdout).toContain('its end: it exited with code 3');
    expect(stdout).toContain('not run: tags/of-batches has ended the process');
  });

  it('by an error out of a timer: the check that ran has failed, with what led there, and the others run', async () => {
    const { code, stdout } = await runCommand(['wild.mjs', '--group', 'tags', '--configuration', 'default'], {
      env: { WILD: 'throw' },
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^wild: 14 passed, 1 failed, 1 skipped$/m);
    expect(stdout).toContain('one that would have ended the process: SyntaxError: ');
    expect(stdout).toContain("cache.getMetadata('many')");
    expect(stdout).toMatch(/at Timeout.* \(file:.*wild\.mjs:6/);
  });

  it('by blocking it: the check that ran has failed', async ({ skip }) => {
    skip(process.env.GLOVEBOX_TEST_FULL !== '1', 'waits for twelve seconds: part of test:full');
    const { code, stdout } = await runCommand(['wild.mjs', '--group', 'tags'], { env: { WILD: 'block' } });
    expect(code).toBe(1);
    expect(stdout).toMatch(/tags\/of-batches \(\w+ configuration\)/);
    expect(stdout).toContain('an event loop that stood still for 12 s');
  });
});

/** Resolves when it is so; the limit is the test's. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
