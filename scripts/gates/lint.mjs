import { runTool } from '../lib/run.mjs';

/** Format and lint of every file, warnings included. */
export async function lint() {
  await runTool('@biomejs/biome', 'biome', ['ci', '--error-on-warnings', '--colors=off', '.']);
}
