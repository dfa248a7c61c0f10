import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from './workspace.mjs';

const CHUNKS = 'chunks';

/**
 * How esbuild makes the files that a package's `exports` name: each with all that it always needs in one file, since a
 * process that loads eighty small modules waits for them three times as long, and what it may never need in chunks, which
 * entries share so that nothing is there twice. They take the place of the modules that the compiler writes under the same
 * names; those beside them stay, for tests that run a part in a process of its own, and are not published.
 *
 * Not minified: what users see in a stack or step through should read like the source. The maps lead to `src`.
 */
export function bundleOptions(packageDir) {
  const { exports } = readJson(join(packageDir, 'package.json'));
  const entries = Object.values(exports)
    .map((target) => /^\.\/dist\/([a-z-]+)\.js$/.exec(target.default ?? '')?.[1])
    .filter((name) => name !== undefined);
  return {
    absWorkingDir: packageDir,
    entryPoints: entries.map((name) => `src/${name}.ts`),
    outdir: 'dist',
    entryNames: '[name]',
    chunkNames: `${CHUNKS}/[name]-[hash]`,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    plugins: [{ name: 'no-old-chunks', setup: ({ onEnd }) => onEnd(() => removeOldChunks(packageDir)) }],
  };
}

/**
 * Removes the chunks that no file of `dist` loads any more. After a build, not before: a process that is being started
 * meanwhile finds the old files or the new ones.
 */
export function removeOldChunks(packageDir) {
  const dist = join(packageDir, 'dist');
  const chunks = namesIn(join(dist, CHUNKS));
  const used = new Set();
  const files = namesIn(dist).filter((name) => name.endsWith('.js'));
  // What a chunk loads is added meanwhile, and looked at as well.
  for (const file of files) {
    const text = readFileSync(join(dist, file), 'utf8');
    for (const name of chunks) {
      if (!name.endsWith('.js') || used.has(name) || !text.includes(`/${name}"`)) continue;
      used.add(name);
      files.push(join(CHUNKS, name));
    }
  }
  for (const name of chunks) if (!used.has(name.replace(/\.map$/, ''))) rmSync(join(dist, CHUNKS, name));
}

function namesIn(folder) {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Whether a file of `dist`, by its path in there, is a chunk: those have no source file of their own. */
export function isChunk(file) {
  return file.startsWith(CHUNKS);
}
