import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const packageDirectory = fileURLToPath(new URL('..', import.meta.url));

/** The TypeScript of the README, by the file name on the first line of each block. */
function readmeFiles(): Map<string, string> {
  const text = readFileSync(join(packageDirectory, 'README.md'), 'utf8');
  const blocks = [...text.matchAll(/^```ts[^\n]*\n\/\/ (\S+)\n(.*?)^```$/gms)];
  return new Map(blocks.map(([, name = '', code = '']) => [name, code]));
}

describe('the code of the README', () => {
  let directory: string;

  beforeAll(() => {
    // Below the package, so that its imports resolve.
    directory = mkdtempSync(join(packageDirectory, 'dist', 'readme-'));
    // Node runs TypeScript as it stands, and so wants the names of files as they are.
    for (const [name, code] of readmeFiles()) writeFileSync(join(directory, name), code.replaceAll(".js';", ".ts';"));
  });

  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('has every file', () => {
    expect([...readmeFiles().keys()]).toEqual(['map-cache.ts', 'map-cache.test.ts', 'conformance.ts']);
  });

  it('is a backend that passes, without a test runner', () => {
    const output = execFileSync(process.execPath, [join(directory, 'conformance.ts')], { encoding: 'utf8' });
    expect(output).toMatch(/^MapCache: \d{3} passed, 0 failed/);
  });

  it('is a backend that passes under node:test', () => {
    const path = join(directory, 'map-cache.test.ts');
    const output = execFileSync(process.execPath, ['--test', '--test-reporter=tap', path], { encoding: 'utf8' });
    expect(output).toMatch(/^# fail 0$/m);
  });

  it('is short: a backend in forty lines', () => {
    const [, ...body] = (readmeFiles().get('map-cache.ts') ?? '').split('export class');
    const lines = body
      .join('')
      .split('\n')
      .filter((line) => line.trim() !== '');
    expect(lines.length).toBeLessThanOrEqual(40);
  });
});
