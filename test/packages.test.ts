import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from './support/docs/pages.js';
import { manifestsIn } from './support/docs/workspace.js';

/** What each published package may depend on: an arrow that is not here would turn the order of the packages around. */
const mayDependOn = new Map([
  ['@glovebox/cache-core', []],
  ['@glovebox/cache-memory', ['@glovebox/cache-core', 'lru-cache']],
  ['@glovebox/cache-fs', ['@glovebox/cache-core', 'proper-lockfile']],
  ['@glovebox/cache-config', ['@glovebox/cache-core', '@glovebox/cache-fs', '@glovebox/cache-memory', 'yaml', 'zod']],
  ['@glovebox/cache-otel', ['@glovebox/cache-core']],
  ['@glovebox/cache-testkit', ['@glovebox/cache-core', 'fast-check']],
  ['@glovebox/cache-interop', ['@glovebox/cache-core']],
]);

const published = manifestsIn('packages').filter(({ manifest }) => !manifest.private);

describe('the published packages', () => {
  it('are the six', () => {
    expect(published.map(({ manifest }) => manifest.name).sort()).toEqual([...mayDependOn.keys()].sort());
  });

  it.each(published)('$manifest.name depends on nothing but what its place allows', ({ manifest }) => {
    const allowed = mayDependOn.get(manifest.name) ?? [];
    expect(manifest.dependencies.filter((name) => !allowed.includes(name))).toEqual([]);
  });

  it.each(published)('$manifest.name carries the licence', ({ folder }) => {
    const licence = readFileSync(join(folder, 'LICENSE'), 'utf8');
    expect(licence).toBe(readFileSync(join(repositoryRoot, 'LICENSE'), 'utf8'));
  });
});
