// Builds all packages with turbo. Silent when all is well: the demo's and the tests' output is what a reader came for.
import { removeOldChunks } from './lib/bundle.mjs';
import { removeOrphans } from './lib/orphans.mjs';
import { run, tool } from './lib/run.mjs';
import { workspaces } from './lib/workspace.mjs';

const wantedMajor = 24;

if (Number.parseInt(process.versions.node, 10) < wantedMajor) {
  console.error(
    `The scripts need Node ${wantedMajor}, which \`npx -y pnpm@12 <script>\` installs and uses; this is Node ${process.versions.node}.\n` +
      'If you did run them that way, the installation was incomplete: remove node_modules and try again.',
  );
  process.exit(1);
}

for (const { dir } of workspaces()) removeOrphans(dir);

const { code, output } = await run(process.execPath, [tool('turbo'), 'run', 'build', '--output-logs=errors-only'], {
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
});
if (code !== 0) {
  process.stderr.write(output);
  process.exit(code);
}
// turbo puts back what an earlier build of the same sources had made, and leaves what a later one has added.
for (const { dir } of workspaces()) removeOldChunks(dir);
