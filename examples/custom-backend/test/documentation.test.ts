import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const packageDirectory = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(fileURLToPath(new URL('../../../docs/write-a-backend.md', import.meta.url)), 'utf8');

/** The text of the first block of a page that begins with this fence. */
function blockOf(fence: string): string {
  const [, text] = new RegExp(`^\`\`\`${fence}\\n(.*?)^\`\`\`$`, 'ms').exec(page) ?? [];
  if (text === undefined) throw new Error(`docs/write-a-backend.md has no block with the fence ${fence}`);
  return text;
}

const backend = blockOf('ts file="sqlite-cache.ts"');

describe('the page about writing a backend', () => {
  let directory: string;

  beforeAll(() => {
    // Below the package, so that its imports resolve.
    directory = mkdtempSync(join(packageDirectory, 'dist', 'documentation-'));
    const files = { 'sqlite-cache.ts': backend, 'rounding.ts': blockOf('ts file="rounding.ts"') };
    // Node runs TypeScript as it stands, and so wants the names of files as they are.
    for (const [name, code] of Object.entries(files)) {
      writeFileSync(join(directory, name), code.replaceAll(".js';", ".ts';"));
    }
  });

  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('shows the source of this package, which is short', () => {
    expect(backend).toBe(readFileSync(join(packageDirectory, 'src', 'sqlite-cache.ts'), 'utf8'));
    expect(backend.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(80);
  });

  it('shows the failure that its broken backend has', () => {
    const output = execFileSync(process.execPath, [join(directory, 'rounding.ts')], { encoding: 'utf8' });
    expect(output.trimEnd()).toBe(blockOf('text').trimEnd());
  });
});
