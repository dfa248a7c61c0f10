import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from './usage-error.js';

/**
 * The URL of the module that somebody in `directory` means: a path from there, a URL, or a package.
 * @throws UsageError if there is none
 */
export function resolveModule(specifier: string, directory: string): string {
  if (/^(file|data|node):/.test(specifier)) return specifier;
  const path = resolve(directory, specifier);
  const isPath = /^\.{0,2}[/\\]/.test(specifier) || isAbsolute(specifier);
  if (!isPath && !existsSync(path)) return packageUrl(specifier, directory);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`there is no file ${path}`);
  if (found.isDirectory()) throw new UsageError(`${path} is a directory: name the module's file in it`);
  return pathToFileURL(path).href;
}

/** Prints where an import in the current directory leads. Before Node 20.6, code on the command line has only `require`. */
const RESOLVE = `
  import { createRequire } from 'node:module';
  import { pathToFileURL } from 'node:url';
  const required = (name) => pathToFileURL(createRequire(process.cwd() + '/').resolve(name)).href;
  process.stdout.write((import.meta.resolve ?? required)(process.argv[1]));
`;

/** Only code that stands in `directory` finds packages from there, and `--eval` is such code. */
function packageUrl(specifier: string, directory: string): string {
  const args = ['--input-type=module', '--eval', RESOLVE, specifier];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: directory, encoding: 'utf8' });
  if (status === 0 && !stdout.startsWith('node:')) return stdout;
  const reason = /^\w*Error[^\n]*?: (.*?)(?: imported from .*)?$/m.exec(stderr)?.[1] ?? 'it is part of Node';
  throw new UsageError(
    `'${specifier}' is neither a file in ${directory} nor a package that can be imported from there: ${reason}`,
  );
}
