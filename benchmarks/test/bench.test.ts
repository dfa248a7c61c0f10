import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const main = resolve(import.meta.dirname, '../dist/main.js');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'glovebox-bench-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function bench(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((done) => {
    // Its stores go below the folder too, so that what it leaves behind is seen.
    const env = { ...process.env, TMPDIR: folder, TEMP: folder };
    const child = execFile(process.execPath, [main, ...args], { env }, (_error, stdout, stderr) => {
      done({ code: child.exitCode, stdout, stderr });
    });
  });
}

it.each([
  {
    filter: 'files /',
    title: 'Files',
    subjects: ['raw files', 'cache-fs', 'cache-fs, disk', 'cache-fs, limits', 'lmdb'],
  },
  {
    filter: 'cache-memory lru',
    title: 'Memory',
    subjects: ['lru-cache, awaited', ...['clone', 'freeze', 'reference'].map((name) => `cache-memory lru ${name}`)],
  },
])('a quick run of "$filter" prints ratios, writes its results, and leaves nothing else behind', async (expected) => {
  const json = join(folder, 'made', 'results.json');
  const { code, stdout, stderr } = await bench(
    '--quick',
    '--budget',
    '0.1',
    '--filter',
    expected.filter,
    '--json',
    json,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });

  const report = JSON.parse(readFileSync(json, 'utf8'));
  expect(report.machine.node).toBe(process.versions.node);
  expect(report.results).toHaveLength(expected.subjects.length * 7);
  for (const { operation, subject, nanosecondsByRound, ratio } of report.results) {
    expect(nanosecondsByRound.length, `${operation} ${subject}`).toBeGreaterThanOrEqual(3);
    expect(ratio.median, `${operation} ${subject}`).toBeGreaterThan(0);
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
  expect(readdirSync(folder)).toEqual(['made']);
});

it('scenarios run instead of the tables', async () => {
  const json = join(folder, 'results.json');
  const { code, stdout, stderr } = await bench('--quick', '--scenario', 'all', '--json', json);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const report = JSON.parse(readFileSync(json, 'utf8'));
  expect(report.results).toEqual([]);
  expect(report.scenarios.map(({ name }: { name: string }) => name)).toEqual([
    'many entries',
    'at the limit',
    'processes',
    'start',
    'cleanup',
    'transforms',
  ]);
  for (const { figures } of report.scenarios) {
    for (const { what, value } of figures) expect(value, what).toBeGreaterThanOrEqual(0);
  }
  expect(stdout).toMatch(/^get, 1,000 entries +[\d.,]+ µs +×[\d.]+$/m);
  expect(readdirSync(folder)).toEqual(['results.json']);
});

it('a scenario that does not exist is told, and nothing runs', async () => {
  const { code, stderr } = await bench('--scenario', 'full moon', '--json', join(folder, 'results.json'));
  expect(code).toBe(2);
  expect(stderr).toContain('There is no scenario "full moon"');
  expect(existsSync(join(folder, 'results.json'))).toBe(false);
});

it('what can not be meant is told with the usage, and nothing runs', async () => {
  const { code, stdout, stderr } = await bench('--filter', 'memcached', '--json', join(folder, 'results.json'));
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('No label holds "memcached"');
  expect(stderr).toContain('--budget SECONDS');
  expect(existsSync(join(folder, 'results.json'))).toBe(false);
});
