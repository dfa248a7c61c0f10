import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Everything that the scripts derive and may delete at any time; inside node_modules, so that nothing else sees it. */
export const cacheDir = join(root, 'node_modules', '.cache', 'glovebox');

export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Workspace packages as `{ dir, manifest }`, in the order of their folders. */
export function workspaces() {
  const folders = ['packages', 'examples'].flatMap((parent) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(root, parent, entry.name)),
  );
  return [...folders, join(root, 'benchmarks')]
    .filter((dir) => existsSync(join(dir, 'package.json')))
    .map((dir) => ({ dir, manifest: readJson(join(dir, 'package.json')) }));
}

/** The packages that are published. */
export function publishedPackages() {
  return workspaces().filter(({ manifest }) => manifest.private !== true);
}
