import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { packAll } from '../lib/pack.mjs';
import { GateFailure, run, tool } from '../lib/run.mjs';
import { tarPaths } from '../lib/tar.mjs';

/** Each published package as its users will get it: exports and types right, and complete. */
export async function packages() {
  const findings = [];
  for (const { manifest, tarball } of await packAll()) {
    findings.push(...incomplete(manifest, tarball));
    findings.push(...(await complaints('publint', 'publint', ['run', '--strict', tarball])));
    findings.push(
      ...(await complaints('@arethetypeswrong/cli', 'attw', ['--no-color', '--profile', 'esm-only', tarball])),
    );
  }
  if (findings.length > 0) throw new GateFailure(findings.join('\n'));
}

/** What publint does not ask for: files and fields that a user or the registry's page relies on. */
function incomplete(manifest, tarball) {
  const files = new Set(tarPaths(gunzipSync(readFileSync(tarball))));
  const exported = Object.values(manifest.exports ?? {}).flatMap((target) =>
    typeof target === 'string' ? target : Object.values(target),
  );
  const wantedFiles = ['README.md', 'LICENSE', ...new Set(exported.map((path) => path.replace('./', '')))];
  const wantedFields = [
    'description',
    'keywords',
    'license',
    'repository',
    'engines',
    'exports',
    'files',
    'sideEffects',
  ];
  const strays = [...files].filter((file) => /(^|\/)(test|node_modules)\/|\.tsbuildinfo$/.test(file));
  return [
    ...wantedFiles.filter((file) => !files.has(file)).map((file) => `has no ${file}`),
    ...wantedFields.filter((field) => manifest[field] === undefined).map((field) => `package.json has no "${field}"`),
    ...strays.map((file) => `contains ${file}`),
  ].map((finding) => `${manifest.name}: ${finding}`);
}

async function complaints(packageName, binName, args) {
  const { code, output } = await run(process.execPath, [tool(packageName, binName), ...args]);
  return code === 0 ? [] : [`${binName} on ${basename(args.at(-1))}:\n${output.trimEnd()}`];
}
