import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPacked } from '../lib/install-packed.mjs';
import { supportedNodes } from '../lib/nodes.mjs';
import { mustRun, runTool } from '../lib/run.mjs';
import { table } from '../lib/table.mjs';
import { root } from '../lib/workspace.mjs';

/**
 * The packed packages in the hands of a user: installed with npm into an empty project outside the repository, compiled
 * against, and used on each supported Node.
 */
export async function smoke() {
  const project = mkdtempSync(join(tmpdir(), 'glovebox-smoke-'));
  try {
    await createProject(project);
    await runTool('typescript', 'tsc', ['-p', join(project, 'tsconfig.json'), '--pretty', 'false']);
    const rows = [];
    for (const { version, path } of await supportedNodes()) {
      const startedAt = performance.now();
      await mustRun(path, ['use-packages.mjs'], { cwd: project, env: userEnv(project, version), timeoutMs: 120_000 });
      rows.push({ node: version, seconds: ((performance.now() - startedAt) / 1000).toFixed(1), result: 'passed' });
    }
    return table(rows);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

async function createProject(project) {
  for (const file of ['use-packages.mjs', 'target.mjs', 'consumer.ts']) {
    copyFileSync(join(root, 'scripts', 'smoke', file), join(project, file));
  }
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2023', 'ESNext.Disposable'],
    module: 'NodeNext',
    strict: true,
    noEmit: true,
    // The published declarations are the point: they must compile by themselves.
    skipLibCheck: false,
    typeRoots: [join(root, 'node_modules', '@types')],
    types: ['node'],
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
  await installPacked(project);
}

/** A user's environment: own home and temporary folders, and nothing that pnpm set. */
function userEnv(project, version) {
  const own = join(project, `home-${version}`);
  mkdirSync(own, { mode: 0o700 });
  const { PATH, Path, SystemRoot } = process.env;
  return { PATH: PATH ?? Path, SystemRoot, HOME: own, USERPROFILE: own, TMPDIR: own, TEMP: own, TMP: own };
}
