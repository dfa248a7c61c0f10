import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runNpm } from './npm.mjs';
import { packAll } from './pack.mjs';

/** Makes an empty folder a project that has the packed packages installed, with npm, as their users do. */
export async function installPacked(project, { dependencies = {}, ...manifest } = {}) {
  const packed = (await packAll()).map(({ name, tarball }) => [
    name,
    // A path relative to the project, with slashes, needs no quoting on any system.
    `file:${relative(project, tarball).replaceAll('\\', '/')}`,
  ]);
  const all = { ...Object.fromEntries(packed), ...dependencies };
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ private: true, type: 'module', ...manifest, dependencies: all }),
  );
  await runNpm(['install', '--no-package-lock'], project);
}
