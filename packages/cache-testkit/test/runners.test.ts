import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { CHECKS, registerConformance, runConformance } from '@glovebox/cache-testkit';
import { describe, expect, it, vi } from 'vitest';
import { ReferenceCache, targetOf } from './reference-cache.js';
import { BrokenCache } from './runners/broken-cache.js';

interface Outcome {
  readonly status: number;
  /** Titles of tests. */
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  /** With their reasons. */
  readonly skipped: readonly string[];
  readonly output: string;
}

/** Runs a command to its end, which comes by itself only if nothing is left open. */
function run(args: readonly string[], file: string): Promise<{ status: number; output: string }> {
  const path = fileURLToPath(new URL(`runners/${file}`, import.meta.url));
  const { NODE_OPTIONS: _, ...env } = process.env;
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [...args, path],
      { env, maxBuffer: 1 << 26 },
      (_error, output, problems) => {
        if (child.exitCode === null) reject(new Error(`${args.join(' ')} was ended: ${problems}`));
        else resolve({ status: child.exitCode, output });
      },
    );
  });
}

async function nodeTest(file: string): Promise<Outcome> {
  const { status, output } = await run(['--test', '--test-reporter=tap'], file);
  const lines = [...output.matchAll(/^ *(ok|not ok) \d+ - (\w+\/.*?)(?: # SKIP (.*))?$/gm)];
  const titles = (isIn: (state: string, reason: string | undefined) => boolean) =>
    lines
      .filter(([, state = '', , reason]) => isIn(state, reason))
      .map(([, , title = '', reason]) => (reason === undefined ? title : `${title} (${reason})`));
  return {
    status,
    passed: titles((state, reason) => state === 'ok' && reason === undefined),
    failed: titles((state) => state === 'not ok'),
    skipped: titles((state, reason) => state === 'ok' && reason !== undefined),
    output,
  };
}

const require = createRequire(import.meta.url);
const MOCHA = require.resolve('mocha/bin/mocha.js');

async function mocha(file: string): Promise<Outcome> {
  const { status, output } = await run([MOCHA, '--reporter=json'], file);
  const results: Record<'passes' | 'failures' | 'pending', { title: string }[]> = JSON.parse(output);
  const titles = (tests: readonly { title: string }[]) => tests.map(({ title }) => title);
  return {
    status,
    passed: titles(results.passes),
    failed: titles(results.failures),
    skipped: titles(results.pending),
    output,
  };
}

describe.each([
  { name: 'node:test', runFile: nodeTest },
  { name: 'mocha', runFile: mocha },
])('under $name', ({ runFile }) => {
  it('a right cache passes every check, and skips are shown with their reason', async () => {
    const { passed, failed, skipped, status } = await runFile('reference.mjs');
    expect({ status, failed }).toEqual({ status: 0, failed: [] });
    const runs = CHECKS.reduce((sum, { configurations }) => sum + configurations.length, 0);
    expect(passed.length + skipped.length).toBe(runs);
    expect(skipped.filter((title) => /^ttl\/units: .* \(to see a skip\)$/.test(title))).toHaveLength(2);
    const notAsked = /^persistence\/values: .* \(not asked: needs capabilities.persistent\)$/;
    expect(skipped.filter((title) => notAsked.test(title))).toHaveLength(2);
  });

  it('a broken cache fails by the checks that name its fault, and no other, with the whole story', async () => {
    const { failed, output, status } = await runFile('broken.mjs');
    const report = await runConformance(targetOf('broken', BrokenCache), {
      groups: ['metadata', 'limits', 'events'],
      configurations: ['default'],
    });
    const expected = report.results.filter((result) => result.status === 'failed').map(({ id }) => id);
    expect(failed.map((title) => title.split(':')[0]).sort()).toEqual(expected.sort());
    expect(expected).toContain('limits/lru-get');
    expect(output).toContain('promised: LRU: a get protects an entry.');
    expect(output).toContain("cache.get('a') → 'a'");
    expect(status).not.toBe(0);
  });
});

describe('a test that hangs', () => {
  it('fails by the suite’s own limit, with what led there, and not by mocha’s shorter one', async () => {
    const { failed, output } = await mocha('slow.mjs');
    expect(failed).toHaveLength(1);
    expect(output).toContain('an end within 2.2 s');
    expect(output).toContain('(has not ended)');
  });

  it('is given more time than that where it is registered, as jest and vitest read it', () => {
    const given: number[] = [];
    const target = { ...targetOf('reference', ReferenceCache), timeoutSeconds: 20 };
    const selection = { checks: ['tags/kept'], configurations: ['default'] } as const;
    const runner = {
      describe: callBack,
      it: (_title: string, _run: unknown, timeoutMs: number) => given.push(timeoutMs),
    };
    registerConformance(runner, target, selection);
    expect(given).toHaveLength(1);
    expect(given[0]).toBeGreaterThan(40_000);
  });
});

describe('under a runner that passes no context, such as jest', () => {
  it('skipped checks pass, and are printed with their reasons after the last test', async () => {
    const titles: string[] = [];
    const tests: (() => Promise<void>)[] = [];
    registerConformance(
      {
        describe: (title, register) => {
          titles.push(title);
          register();
        },
        it: (_title, test) => tests.push(test),
      },
      targetOf('reference', ReferenceCache),
      { checks: ['persistence/values', 'isolation/frozen', 'tags/kept'], configurations: ['default'] },
    );
    const title = 'reference keeps the promises of a cache (default configuration)';
    expect(titles).toEqual([title, 'tags', 'isolation', 'persistence']);
    expect(tests.map((test) => test.length)).toEqual([0, 0, 0]);
    const info = vi.spyOn(console, 'info').mockImplementation(() => {});
    for (const [index, test] of tests.entries()) {
      expect(info).not.toHaveBeenCalled();
      await test();
      expect(index).toBeLessThan(tests.length);
    }
    expect(info.mock.calls).toEqual([
      [
        `${title}\nskipped: isolation/frozen (not asked: needs isolation 'freeze')\n` +
          'skipped: persistence/values (not asked: needs capabilities.persistent)',
      ],
    ]);
    info.mockRestore();
  });
});

function callBack(_title: string, register: () => void): void {
  register();
}
