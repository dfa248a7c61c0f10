import { join } from 'node:path';
import { mustRun } from '../lib/run.mjs';
import { root } from '../lib/workspace.mjs';

export async function build() {
  await mustRun(process.execPath, [join(root, 'scripts', 'build.mjs')]);
}
