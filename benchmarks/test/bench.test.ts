import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scenarios } from '../src/scenarios/index.js';
import { groups } from '../src/subjects/index.js';

const main = resolve(import.meta.dirname, '../dist/main.js');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'glovebox-bench-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function bench(
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((done) => {
    // Its stores go below the folder too, so that what it leaves behind is seen.
    const env = { ...process.env, TMPDIR: folder, TEMP: folder, ...more };
    const child = execFile(
      process.execPath,
      [main, ...args],
      { env, maxBuffer: 10_000_000 },
      (_error, stdout, stderr) => {
        done({ code: child.exitCode, stdout, stderr });
      },
    );
  });
}

const tiny = ['--quick', '--budget', '0.1'];

it.each([
  {
    filter: '/ cache-fs',
    title: 'Files',
    subjects: ['raw files', 'cache-fs', 'cache-fs, disk', 'cache-fs, limits'],
  },
  {
    filter: 'cache-memory lru',
    title: 'Memory',
    subjects: ['lru-cache, awaited', ...['clone', 'freeze', 'reference'].map((name) => `cache-memory lru ${name}`)],
  },
])(
  'a quick run of "$filter" prints ratios, writes its results and a page, and leaves nothing else',
  async (expected) => {
    const json = join(folder, 'made', 'results.json');
    const { code, stdout, stderr } = await bench([...tiny, '--filter', expected.filter, '--json', json]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });

    const report = JSON.parse(readFileSync(json, 'utf8'));
    expect(report.machine.node).toBe(process.versions.node);
    expect(report.results).toHaveLength(expected.subjects.length * 7);
    for (const { operation, subject, nanosecondsByRound, ratio } of report.results) {
      expect(nanosecondsByRound.length, `${operation} ${subject}`).toBeGreaterThanOrEqual(3);
      expect(ratio.median, `${operation} ${subject}`).toBeGreaterThan(0);
    }
    expect(report.distributions).toHaveLength(expected.subjects.length * 2);
    for (const { percentileNanoseconds } of report.distributions) {
      expect(percentileNanoseconds).toEqual(percentileNanoseconds.toSorted((a: number, b: number) => a - b));
    }

    const cell = String.raw`[\d.,]+ +±\d+% +×[\d.]+`;
    for (const header of ['get +miss +getOrSet hit', 'set new +set replace +delete +getOrSet miss']) {
      expect(stdout).toMatch(new RegExp(`^${expected.title}, 536 B +${header}$`, 'm'));
    }
    for (const subject of expected.subjects) {
      expect(stdout).toMatch(new RegExp(`^${subject} +${cell} +${cell} +${cell}$`, 'm'));
      expect(stdout).toMatch(new RegExp(`^${subject} +${cell} +${cell} +${cell} +${cell}$`, 'm'));
    }
    expect(stdout).toMatch(new RegExp(`^${expected.subjects[0]} +[\\d.,]+ +±\\d+% +×1\\.00 `, 'm'));
    expect(readFileSync(join(folder, 'made', 'results.html'), 'utf8')).toContain(
      `<h2 id="${expected.title.toLowerCase()}-by-peer-title"`,
    );
    expect(readdirSync(folder)).toEqual(['made']);
  },
);

it('every subject is measured in a process of its own', { timeout: 180_000 }, async () => {
  const json = join(folder, 'results.json');
  const { code, stderr } = await bench([...tiny, '--filter', '/ get /', '--json', json]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const report = JSON.parse(readFileSync(json, 'utf8'));
  const all = groups.flatMap(({ reference, others }) => [reference, ...others].map(({ name }) => name));
  expect(report.results.map(({ subject }: { subject: string }) => subject)).toEqual(all);
  expect(report.leftOut).toEqual([]);
});

/** Has modules changed in all processes of a run. @param resolve body of a hook that is given `specifier` */
function withHook(resolve: string): NodeJS.ProcessEnv {
  const hooks = join(folder, 'hooks.mjs');
  writeFileSync(
    hooks,
    `import { registerHooks } from 'node:module';
     registerHooks({ resolve(specifier, context, next) { ${resolve} return next(specifier, context); } });`,
  );
  return { NODE_OPTIONS: `--import ${pathToFileURL(hooks).href}` };
}

it('a peer that can not be had is left out, with the reason', async () => {
  const json = join(folder, 'results.json');
  const args = [...tiny, '--filter', 'files / 536 B / get /', '--filter', 'lmdb', '--json', json];
  const hook = "if (specifier === 'lmdb') throw new Error('no binary for this machine');";
  const { code, stdout } = await bench(args, withHook(hook));
  expect(code).toBe(0);
  expect(stdout).toContain('lmdb is left out: no binary for this machine');
  const report = JSON.parse(readFileSync(json, 'utf8'));
  expect(report.leftOut).toEqual(['lmdb is left out: no binary for this machine']);
  expect(report.results.map(({ subject }: { subject: string }) => subject)).toEqual(['raw files']);
});

it('a subject that does wrong fails the run, which goes on without it', async () => {
  const json = join(folder, 'results.json');
  const forgetful = join(folder, 'forgetful.mjs');
  writeFileSync(forgetful, 'export default class extends Map { constructor() { super(); } get() {} }');
  const args = [...tiny, '--filter', 'memory / 536 B / get /', '--filter', 'lru', '--json', json];
  const hook = `if (specifier === 'quick-lru') return next(${JSON.stringify(pathToFileURL(forgetful).href)}, context);`;
  const { code, stderr } = await bench(args, withHook(hook));
  expect(code).toBe(1);
  expect(stderr).toContain('FAILED Memory, 536 B: quick-lru, 536 B: get returns another value than was set');
  const report = JSON.parse(readFileSync(json, 'utf8'));
  expect(report.failures).toHaveLength(1);
  const measured = report.results.map(({ subject }: { subject: string }) => subject);
  expect(measured).toContain('lru-cache');
  expect(measured).not.toContain('quick-lru');
  expect(readFileSync(join(folder, 'results.html'), 'utf8')).toContain('Failed: Memory, 536 B: quick-lru');
});

it('a scenario that fails does not keep others from running', { timeout: 180_000 }, async () => {
  const json = join(folder, 'results.json');
  const args = ['--quick', '--scenario', 'start', '--scenario', 'stampede', '--json', json];
  // In the process of the run there is a file system cache as ever; those that "start" starts have none.
  const hook = "if (process.argv[1]?.includes('start-1')) throw new Error('no module today');";
  const { code, stderr } = await bench(args, withHook(hook));
  expect(code).toBe(1);
  expect(stderr).toContain('FAILED start: ');
  const report = JSON.parse(readFileSync(json, 'utf8'));
  expect(report.scenarios.map(({ name }: { name: string }) => name)).toEqual(['stampede']);
});

it.each(scenarios)('the scenario "$name" runs alone', { timeout: 180_000 }, async ({ name, axes }) => {
  const json = join(folder, 'results.json');
  const { code, stdout, stderr } = await bench(['--quick', '--scenario', name, '--json', json]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const report = JSON.parse(readFileSync(json, 'utf8'));
  expect(report.results).toEqual([]);
  expect(report.scenarios.map((scenario: { name: string }) => scenario.name)).toEqual([name]);
  const [{ figures }] = report.scenarios;
  expect(figures.length).toBeGreaterThan(2);
  for (const { what, measured } of figures) expect(Number.isFinite(measured.median), what).toBe(true);
  const page = readFileSync(join(folder, 'results.html'), 'utf8');
  expect(page.includes('<polyline')).toBe(axes !== undefined);
  expect(stdout).not.toMatch(/NaN|undefined/);
  expect(readdirSync(folder).toSorted()).toEqual(['results.html', 'results.json']);
});

it('a scenario that does not exist is told, and nothing runs', async () => {
  const { code, stderr } = await bench(['--scenario', 'full moon', '--json', join(folder, 'results.json')]);
  expect(code).toBe(2);
  expect(stderr).toContain('There is no scenario "full moon"');
  expect(stderr).toContain('"many entries", "full memory"');
  expect(existsSync(join(folder, 'results.json'))).toBe(false);
});

it('what can not be meant is told with the usage, and nothing runs', async () => {
  const { code, stdout, stderr } = await bench(['--filter', 'memcached', '--json', join(folder, 'results.json')]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('No label holds "memcached"');
  expect(stderr).toContain('--budget SECONDS');
  expect(existsSync(join(folder, 'results.json'))).toBe(false);
});
