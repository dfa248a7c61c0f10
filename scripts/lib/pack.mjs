import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runPnpm } from './run.mjs';
import { cacheDir, publishedPackages } from './workspace.mjs';

let packed;

/**
 * The published packages as tarballs, made as `pnpm publish` makes them, once a run:
 * `{ name, dir, manifest, tarball }` each.
 */
export function packAll() {
  packed ??= pack();
  return packed;
}

async function pack() {
  const folder = join(cacheDir, 'packed');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const packages = publishedPackages();
  for (const { dir } of packages) await runPnpm(['pack', '--pack-destination', folder], { cwd: dir });
  return packages.map(({ dir, manifest }) => {
    const file = `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`;
    return { name: manifest.name, dir, manifest, tarball: join(folder, file) };
  });
}
