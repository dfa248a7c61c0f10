import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './pages.js';

export interface Manifest {
  readonly name: string;
  readonly private: boolean;
  readonly scripts: readonly string[];
  readonly dependencies: readonly string[];
  /** What its tests and the examples of its README import. */
  readonly devDependencies: readonly string[];
}

/** The manifests of the folder's packages, with their folders. */
export function manifestsIn(parent: 'packages' | 'examples'): { folder: string; manifest: Manifest }[] {
  return readdirSync(join(repositoryRoot, parent))
    .map((name) => join(repositoryRoot, parent, name))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readManifest(folder) }));
}

/** Names of the packages that are published. */
export function publishedNames(): string[] {
  const published = manifestsIn('packages').filter(({ manifest }) => !manifest.private);
  return published.map(({ manifest }) => manifest.name);
}

/** Scripts of the root's package.json. */
export function rootScripts(): readonly string[] {
  return readManifest(repositoryRoot).scripts;
}

function readManifest(folder: string): Manifest {
  const content: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const field = (name: string): unknown => Object.entries(content ?? {}).find(([key]) => key === name)?.[1];
  return {
    name: String(field('name')),
    private: field('private') === true,
    scripts: Object.keys(field('scripts') ?? {}),
    dependencies: Object.keys(field('dependencies') ?? {}),
    devDependencies: Object.keys(field('devDependencies') ?? {}),
  };
}
