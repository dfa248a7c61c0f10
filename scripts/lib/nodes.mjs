import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './npm.mjs';
import { mustRun } from './run.mjs';
import { cacheDir } from './workspace.mjs';

/** The oldest Node that the packages promise to run on, and the newest of each supported line. */
const versions = ['20.0.0', '20', '22', '24', '26'];

/**
 * The supported Nodes as `{ version, path }`, installed from npm into a folder of their own when first asked for. They
 * are the packages that hold the binary for this platform, which need no install script.
 */
export async function supportedNodes() {
  const folder = join(cacheDir, 'nodes');
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const nodes = versions.map((version) => ({
    version,
    path: join(folder, 'node_modules', `node-${version}`, 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
  }));
  if (!nodes.every(({ path }) => existsSync(path))) {
    const dependencies = Object.fromEntries(
      versions.map((version) => [`node-${version}`, `npm:node-${platform}-${process.arch}@${version}`]),
    );
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
    await runNpm(['install', '--no-package-lock'], folder);
  }
  return Promise.all(nodes.map(async ({ path }) => ({ path, version: (await mustRun(path, ['--version'])).trim() })));
}
