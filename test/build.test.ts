import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RepositoryCopy, whyNoBuild } from './support/repository-copy.js';

const missing = whyNoBuild();

// One for all: a first build of everything takes ten seconds.
let copy: RepositoryCopy;
beforeAll(() => {
  copy = new RepositoryCopy();
});
beforeEach(({ skip }) => skip(missing !== undefined, missing));
afterAll(() => copy.dispose());

describe('the build', { timeout: 60_000 }, () => {
  const inCore = (...path: string[]): string => join(copy.folder, 'packages', 'cache-core', ...path);
  const inMemory = (...path: string[]): string => join(copy.folder, 'packages', 'cache-memory', ...path);

  it('works without a history, in a folder with a space, and prints nothing', async () => {
    expect(await copy.run('build.mjs')).toEqual({ code: 0, output: '' });
    expect(existsSync(inCore('dist', 'index.js'))).toBe(true);
    expect(existsSync(inMemory('dist', 'index.d.ts'))).toBe(true);
  });

  it('brings back outputs that were deleted', async () => {
    rmSync(inCore('dist'), { recursive: true });
    expect(await copy.run('build.mjs')).toEqual({ code: 0, output: '' });
    expect(existsSync(inCore('dist', 'index.js'))).toBe(true);
  });

  it('removes the outputs of a source that is gone', async () => {
    writeFileSync(inCore('src', 'gone.ts'), 'export const gone = 1;\n');
    await copy.run('build.mjs');
    expect(existsSync(inCore('dist', 'gone.js'))).toBe(true);
    rmSync(inCore('src', 'gone.ts'));
    expect(await copy.run('build.mjs')).toEqual({ code: 0, output: '' });
    expect(existsSync(inCore('dist', 'gone.js'))).toBe(false);
    expect(existsSync(inCore('dist', 'gone.d.ts.map'))).toBe(false);
  });

  it('puts all that an entry always needs into its file, and what is imported on demand into chunks', async () => {
    const coreIndex = readFileSync(inCore('src', 'index.ts'), 'utf8');
    writeFileSync(inCore('src', 'later.ts'), 'export const later = 1;\n');
    appendFileSync(inCore('src', 'index.ts'), "export const load = () => import('./later.js');\n");
    expect(await copy.run('build.mjs')).toEqual({ code: 0, output: '' });
    const bundle = readFileSync(inCore('dist', 'index.js'), 'utf8');
    expect(bundle).not.toMatch(/from ['"]\.(?!\/chunks\/)/);
    expect(bundle).toContain('import("./chunks/later-');
    expect(readdirSync(inCore('dist', 'chunks'))).toContainEqual(expect.stringMatching(/^later-.*\.js$/));

    rmSync(inCore('src', 'later.ts'));
    writeFileSync(inCore('src', 'index.ts'), coreIndex);
    expect(await copy.run('build.mjs')).toEqual({ code: 0, output: '' });
    expect(readdirSync(inCore('dist', 'chunks'))).not.toContainEqual(expect.stringMatching(/^later-/));
  });

  it('builds a package again when one that it uses has changed', async () => {
    const coreIndex = readFileSync(inCore('src', 'index.ts'), 'utf8');
    appendFileSync(inCore('src', 'index.ts'), 'export const probe = 1;\n');
    writeFileSync(
      inMemory('src', 'probe.ts'),
      "import { probe } from '@glovebox/cache-core';\nexport const next: number = probe;\n",
    );
    expect(await copy.run('build.mjs')).toEqual({ code: 0, output: '' });

    writeFileSync(inCore('src', 'index.ts'), coreIndex);
    const { code, output } = await copy.run('build.mjs');
    expect(code).not.toBe(0);
    expect(output).toContain('src/probe.ts');
    expect(output).toContain("no exported member 'probe'");
    rmSync(inMemory('src', 'probe.ts'));
  });
});

describe('check', { timeout: 60_000 }, () => {
  it('goes on after a gate that failed, shows what it found, and fails', async () => {
    writeFileSync(join(copy.folder, 'packages', 'cache-core', 'src', 'probe.ts'), 'export const probe: any = 1;\n');
    const { code, output } = await copy.run('check.mjs', 'lint', 'size');
    expect(code).toBe(1);
    expect(output).toContain('noExplicitAny');
    expect(output).toMatch(/ build +[\d.]+ +passed\n +lint +[\d.]+ +FAILED\n +size +[\d.]+ +passed\n$/);
  });

  it('fails above a limit of size', async () => {
    const limits = { 'cache-core': { maxGzipBytes: 100, mayLoad: [] } };
    writeFileSync(join(copy.folder, 'scripts', 'size-limits.json'), JSON.stringify(limits));
    const { code, output } = await copy.run('check.mjs', 'size');
    expect(code).toBe(1);
    expect(output).toMatch(/cache-core: \d+ bytes gzipped, the limit is 100/);
  });

  it('names the gates when asked for one that does not exist', async () => {
    const { code, output } = await copy.run('check.mjs', 'lnt');
    expect(code).toBe(2);
    expect(output).toContain('There is no gate "lnt". Gates: build, lint, types, tests, packages, knip, size, smoke.');
  });
});
