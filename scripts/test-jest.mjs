// The testkit under jest, which would be half of the repository's installation: `pnpm test:jest` installs it with npm into a
// temporary project, beside the packed packages, and runs there what the default tests run under node:test and mocha.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installPacked } from './lib/install-packed.mjs';
import { run } from './lib/run.mjs';
import { readJson, root } from './lib/workspace.mjs';

const FILES = [
  'reference-cache.ts',
  ...['broken-cache.ts', 'functions.mjs', 'reference.mjs', 'broken.mjs'].map(inRunners),
];

const project = mkdtempSync(join(realpathSync(tmpdir()), 'glovebox-jest-'));
try {
  await installPacked(project, {
    dependencies: { jest: '^30.0.0' },
    jest: { testEnvironment: 'node', transform: {}, testMatch: ['**/runners/*.mjs'] },
  });
  mkdirSync(join(project, 'runners'));
  for (const file of FILES) copyTest(file);
  await rightCachePasses();
  await brokenCacheFails();
} finally {
  rmSync(project, { recursive: true, force: true });
}

function inRunners(file) {
  return join('runners', file);
}

/** jest runs no TypeScript by itself. */
function copyTest(file) {
  const text = readFileSync(join(root, 'packages', 'cache-testkit', 'test', file), 'utf8');
  const code = file.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
  writeFileSync(join(project, file.replace(/\.ts$/, '.js')), code.replaceAll(".ts';", ".js';"));
}

async function rightCachePasses() {
  const { CHECKS } = await import(pathToFileURL(join(root, 'packages', 'cache-testkit', 'dist', 'index.js')).href);
  const { code, output, passed, failed } = await jest('reference.mjs');
  assert.deepEqual({ code, failed }, { code: 0, failed: [] }, output);
  const runs = CHECKS.reduce((sum, { configurations }) => sum + configurations.length, 0);
  assert.equal(passed.length, runs, output);
  // jest can't mark a test as skipped once it runs: the reasons are printed instead.
  assert.match(output, /skipped: ttl\/units \(to see a skip\)/);
  assert.match(output, /skipped: .*persistence\/values, .* \(not asked: needs capabilities\.persistent\)/);
  assert.doesNotMatch(output, /open handle|did not exit|worker process has failed to exit/i);
  console.log(`jest: a right cache passes ${passed.length} tests and leaves nothing open`);
}

async function brokenCacheFails() {
  const { code, output, failed } = await jest('broken.mjs');
  const ids = failed.map((title) => title.replace(/:.*/s, '')).sort();
  assert.deepEqual(ids, await idsThatFail(), output);
  assert.equal(code, 1);
  assert.match(output, /promised: LRU: a get protects an entry\./);
  assert.match(output, /cache\.get\('a'\) → 'a'/);
  console.log(`jest: a broken cache fails by ${ids.join(', ')}`);
}

/** What fails without a test runner. */
async function idsThatFail() {
  const program = `
    import { runConformance } from '@glovebox/cache-testkit';
    import { targetOf } from './reference-cache.js';
    import { BrokenCache } from './runners/broken-cache.js';
    const selection = { groups: ['metadata', 'limits', 'events'], configurations: ['default'] };
    const { results } = await runConformance(targetOf('broken', BrokenCache), selection);
    console.log(JSON.stringify(results.filter(({ status }) => status === 'failed').map(({ id }) => id).sort()));
  `;
  const { output } = await run(process.execPath, ['--input-type=module', '--eval', program], { cwd: project });
  const ids = JSON.parse(output);
  assert.ok(ids.includes('limits/lru-get'), output);
  return ids;
}

async function jest(file) {
  const report = join(project, `${file}.json`);
  const { NODE_OPTIONS: _, ...env } = process.env;
  const bin = join(project, 'node_modules', 'jest', 'bin', 'jest.js');
  const options = [
    '--ci',
    '--detectOpenHandles',
    '--json',
    `--outputFile=${report}`,
    '--testPathPatterns',
    `/${file}$`,
  ];
  const { code, output } = await run(process.execPath, ['--experimental-vm-modules', bin, ...options], {
    cwd: project,
    env,
    timeoutMs: 300_000,
  });
  const { testResults } = readJson(report);
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const titles = (wanted) => tests.filter(({ status }) => status === wanted).map(({ title }) => title);
  return { code, output, passed: titles('passed'), failed: titles('failed') };
}
