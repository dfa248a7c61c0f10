import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isCacheError } from '@glovebox/cache-core';
import { checkTarget } from '../selection.js';
import type { ConformanceTarget } from '../target.js';
import { resolveModule } from './resolve-module.js';
import { UsageError } from './usage-error.js';

/**
 * The target that a module exports, by default or as `target`.
 * @throws UsageError that says what is wrong with the module
 */
export async function loadTarget(specifier: string, directory: string): Promise<ConformanceTarget> {
  const url = resolveModule(specifier, directory);
  const exported = await imported(url, specifier);
  const found = exported.default ?? exported.target;
  if (found === undefined) {
    const names = Object.keys(exported);
    const some = names.length > 5 ? [...names.slice(0, 5), '…'] : names;
    const exports = names.length === 0 ? 'nothing' : `only ${some.join(', ')}`;
    throw new UsageError(`'${specifier}' exports ${exports}; ${WANTED}`);
  }
  if (!isTarget(found)) throw new UsageError(`'${specifier}' exports no target: ${complaint(found)}; ${WANTED}`);
  try {
    checkTarget(found);
  } catch (error) {
    throw isCacheError(error) ? new UsageError(`'${specifier}': ${error.message}`) : error;
  }
  return withModule(found, url);
}

const WANTED = 'export { name, create(config, { clock, directory }) }, a ConformanceTarget, by default or as `target`';

function isTarget(value: unknown): value is ConformanceTarget {
  return complaint(value) === undefined;
}

function complaint(value: unknown): string | undefined {
  if (typeof value === 'function') return `it is ${value.name === '' ? 'a function' : `the function ${value.name}`}`;
  if (typeof value !== 'object' || value === null) return `it is ${value === null ? 'null' : `a ${typeof value}`}`;
  const { name, create }: { name?: unknown; create?: unknown } = value;
  if (typeof name !== 'string' || name === '') return 'its `name` is no text';
  return typeof create === 'function' ? undefined : 'its `create` is no function';
}

/** Other processes open the same store by importing the module; its methods keep their `this`. */
function withModule(target: ConformanceTarget, url: string): ConformanceTarget {
  const copy: ConformanceTarget = Object.create(Object.getPrototypeOf(target));
  return Object.assign(copy, { module: url }, target);
}

async function imported(url: string, specifier: string): Promise<Record<string, unknown>> {
  try {
    return await import(url);
  } catch (error) {
    throw new UsageError(`'${specifier}' can't be imported: ${importProblem(error, url)}`);
  }
}

function importProblem(error: unknown, url: string): string {
  if (!(error instanceof Error)) return `it throws ${String(error)}`;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /"\.[cm]?ts"/.test(error.message)) {
    return (
      `Node ${process.versions.node} does not run TypeScript. Use Node 22.18 or later, name the compiled module, ` +
      'or set NODE_OPTIONS to load a compiler'
    );
  }
  if (url.startsWith('file:') && !existsSync(fileURLToPath(url))) return `there is no file ${fileURLToPath(url)}`;
  const stack = error.stack ?? error.message;
  return withoutNode(error instanceof SyntaxError && !stack.includes('file:') ? placeOf(error, url) : stack);
}

/** Where a syntax error is, Node tells only the program that it ends. */
function placeOf(error: SyntaxError, url: string): string {
  const args = ['--input-type=module', '--eval', 'await import(process.argv[1])', url];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 10_000 });
  return status === 1 ? stderr.replace(/\n+Node\.js v.*/s, '') : `${error.name}: ${error.message}`;
}

function withoutNode(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => !/^ +at .*\bnode:/.test(line))
    .join('\n');
}
