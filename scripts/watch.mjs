// Builds what changes, until it is interrupted: what `build` does, for tests that are run again and again meanwhile.
import { spawn } from 'node:child_process';
import { context } from 'esbuild';
import { bundleOptions } from './lib/bundle.mjs';
import { tool } from './lib/run.mjs';
import { root, workspaces } from './lib/workspace.mjs';

const bundled = workspaces().filter(({ manifest }) => manifest.scripts?.build?.includes('bundle.mjs'));
const contexts = await Promise.all(bundled.map(({ dir }) => context(bundleOptions(dir))));
await Promise.all(contexts.map((each) => each.watch()));

const compiler = spawn(process.execPath, [tool('typescript', 'tsc'), '-b', '--watch', '--preserveWatchOutput'], {
  cwd: root,
  stdio: 'inherit',
});
compiler.on('close', (code) => process.exit(code ?? 1));
