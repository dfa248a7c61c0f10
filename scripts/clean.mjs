// Removes what a build leaves behind. The packages that pnpm installed stay.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, root, workspaces } from './lib/workspace.mjs';

const outputs = workspaces().flatMap(({ dir }) =>
  ['dist', '.turbo', 'tsconfig.tsbuildinfo'].map((name) => join(dir, name)),
);
for (const path of [...outputs, join(root, '.turbo'), cacheDir]) rmSync(path, { recursive: true, force: true });
