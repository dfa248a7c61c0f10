import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { GateFailure } from '../lib/run.mjs';
import { table } from '../lib/table.mjs';
import { readJson, root } from '../lib/workspace.mjs';

const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;

/**
 * What an import of each listed package costs: everything that is loaded at once, dependencies included, minified and
 * gzipped. What is only imported on demand (`import()`) is left out, and only the listed packages may be part of it:
 * a slow one that slips in costs every start of every program.
 */
export async function size() {
  const limits = readJson(join(root, 'scripts', 'size-limits.json'));
  const rows = [];
  const findings = [];
  for (const [folder, { maxGzipBytes, mayLoad }] of Object.entries(limits)) {
    const { bytes, gzipBytes, loads } = await measure(join(root, 'packages', folder, 'dist', 'index.js'), folder);
    rows.push({
      package: folder,
      minified: kib(bytes),
      gzip: kib(gzipBytes),
      limit: kib(maxGzipBytes),
      loads: loads.join(' '),
    });
    if (gzipBytes > maxGzipBytes) findings.push(`${folder}: ${gzipBytes} bytes gzipped, the limit is ${maxGzipBytes}`);
    for (const name of loads.filter((each) => !mayLoad.includes(each))) {
      findings.push(`${folder}: loads ${name} as soon as it is imported`);
    }
  }
  if (findings.length > 0) throw new GateFailure([table(rows), ...findings].join('\n'));
  return table(rows);
}

async function measure(entry, folder) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: 'unused',
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'silent',
  });
  const chunks = eagerChunks(metafile.outputs);
  const files = outputFiles.filter(({ path }) => chunks.some((chunk) => path === join(root, chunk)));
  const inputs = chunks.flatMap((chunk) => Object.keys(metafile.outputs[chunk].inputs));
  const loads = [...new Set(inputs.map(packageOf))].filter((name) => name !== folder).sort();
  return {
    bytes: files.reduce((sum, { contents }) => sum + contents.length, 0),
    gzipBytes: files.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0),
    loads,
  };
}

/** The entry's chunk and those that it imports statically, on and on. */
function eagerChunks(outputs) {
  const entry = Object.keys(outputs).find((name) => outputs[name].entryPoint?.startsWith('packages/'));
  const found = new Set([entry]);
  for (const name of found) {
    for (const { path, kind } of outputs[name].imports)
      if (kind === 'import-statement' && path in outputs) found.add(path);
  }
  return [...found];
}

/** `lru-cache` for a file below the last node_modules, `cache-core` for one of this repository's packages. */
function packageOf(input) {
  const installed = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  return installed?.[1] ?? /^packages\/([^/]+)\//.exec(input)?.[1] ?? input;
}
