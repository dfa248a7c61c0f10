import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { repositoryRoot } from './support/docs/pages.js';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Runs vitest with the reporter on the given test files; `counts` is what a script would read. */
function runTests(files: Record<string, string>): Promise<{ failed: boolean; output: string; counts: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'glovebox-reporter-'));
  folders.push(folder);
  const reporter = join(repositoryRoot, 'test', 'support', 'summary-reporter.ts');
  const config = `import { SummaryReporter } from ${JSON.stringify(reporter)};
    export default { test: { reporters: [new SummaryReporter()] } };`;
  for (const [name, text] of Object.entries({ ...files, 'vitest.config.ts': config })) {
    writeFileSync(join(folder, name), text);
  }
  symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const summary = join(folder, 'summary');
  const env = { ...process.env, GLOVEBOX_TEST_SUMMARY: summary };
  const vitest = join(repositoryRoot, 'node_modules', 'vitest', 'vitest.mjs');
  return new Promise((resolve) => {
    execFile(process.execPath, [vitest, 'run'], { cwd: folder, env, timeout: 30_000 }, (error, stdout, stderr) => {
      resolve({ failed: error !== null, output: stdout + stderr, counts: readFileSync(summary, 'utf8') });
    });
  });
}

it('lists skipped tests under their reasons', async () => {
  const { failed, output, counts } = await runTests({
    'a.test.ts': `import { describe, it } from 'vitest';
      it('runs', () => {});
      it('needs data', ({ skip }) => skip(true, 'the data is missing'));
      describe('outer', () => { it('needs it too', ({ skip }) => skip('the data is missing')); });
      it.skip('hides', () => {});`,
  });
  expect(failed).toBe(false);
  expect(output).toContain(
    '2 × the data is missing\n      a.test.ts > needs data\n      a.test.ts > outer > needs it too\n',
  );
  expect(output).toContain('1 × no reason given\n      a.test.ts > hides\n');
  expect(counts).toBe('1 passed, 0 failed, 3 skipped\n');
});

it('ends with what has failed', async () => {
  const { output } = await runTests({
    'a.test.ts': `import { describe, expect, it } from 'vitest';
      it.skip('hides', () => {});
      describe('outer', () => { it('is right', () => expect(1).toBe(2)); });`,
  });
  const end = output.slice(output.indexOf('Skipped, and why:'));
  expect(end).toContain('Failed:\n  a.test.ts > outer > is right: expected 1 to be 2');
});

it('counts a file that does not load, and a loose rejection, as failed', async () => {
  const { failed, output, counts } = await runTests({
    'good.test.ts': "import { it } from 'vitest'; it('runs', () => {});",
    'bad.test.ts': "import './nothing.js';",
    'loose.test.ts': `import { it } from 'vitest';
      it('passes', async () => {
        setImmediate(() => void Promise.reject(new Error('loose')));
        await new Promise((resolve) => setTimeout(resolve, 20));
      });`,
  });
  expect(failed).toBe(true);
  expect(counts).toBe('2 passed, 2 failed, 0 skipped\n');
  expect(output).toMatch(/^ {2}bad\.test\.ts: .*nothing\.js/m);
  expect(output).toMatch(/^ {2}an unhandled error: loose$/m);
});
