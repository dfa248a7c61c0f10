import { runTool } from '../lib/run.mjs';

/** Files, exports and dependencies that nothing uses, and those that are used without being declared. */
export async function knip() {
  await runTool('knip', 'knip', ['--no-progress', '--no-config-hints']);
}
