import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CHECKS, registerConformance } from '@glovebox/cache-testkit';
import { describe, expect, it } from 'vitest';
import { ReferenceCache, targetOf } from './reference-cache.js';

/** Runs a file under node:test, whose output is in TAP. */
function nodeTest(file: string): { status: number | null; output: string } {
  const path = fileURLToPath(new URL(`runners/${file}`, import.meta.url));
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', path], {
    encoding: 'utf8',
    env,
  });
  return { status, output: stdout };
}

describe('under node:test', () => {
  it('a right cache passes every check, and skips are shown with their reason', () => {
    const { status, output } = nodeTest('reference.mjs');
    expect(output).toMatch(/^# fail 0$/m);
    expect(output).toMatch(new RegExp(`^# tests ${CHECKS.length * 2}$`, 'm'));
    expect(output).toMatch(/ttl\/units: .* # SKIP to see a skip$/m);
    expect(output).toMatch(/persistence\/values: .* # SKIP not asked: needs capabilities.persistent$/m);
    expect(status).toBe(0);
  });

  it('a broken cache fails, with the whole story', () => {
    const { status, output } = nodeTest('broken.mjs');
    expect(output).toMatch(/not ok \d+ - limits\/lru-get: /);
    expect(output).toContain('promised: LRU: a get protects an entry.');
    expect(output).toContain("cache.get('a') → 'a'");
    expect(status).toBe(1);
  });
});

describe('under a runner that passes no context', () => {
  it('skipped checks pass, and no test takes a callback', async () => {
    const titles: string[] = [];
    const tests: (() => Promise<void>)[] = [];
    registerConformance(
      {
        describe: (title, register) => {
          titles.push(title);
          register();
        },
        it: (_title, run) => tests.push(run),
      },
      targetOf('reference', ReferenceCache),
      { checks: ['persistence/values', 'tags/kept'], configurations: ['default'] },
    );
    expect(titles).toEqual(['reference keeps the promises of a cache (default configuration)', 'tags', 'persistence']);
    expect(tests.map((run) => run.length)).toEqual([0, 0]);
    for (const run of tests) await run();
  });

  it('mocha is told of a skip through `this`', async () => {
    const tests: (() => Promise<void>)[] = [];
    registerConformance(
      { describe: (_title, register) => register(), it: (_title, run) => tests.push(run) },
      targetOf('reference', ReferenceCache),
      { checks: ['persistence/values'], configurations: ['default'] },
    );
    const reasons: unknown[] = [];
    for (const run of tests) await run.call({ skip: (reason: unknown) => reasons.push(reason) });
    expect(reasons).toEqual(['not asked: needs capabilities.persistent']);
  });
});
