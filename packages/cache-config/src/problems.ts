import { CacheError, describeValue, nearestName } from '@glovebox/cache-core';
import type { z } from 'zod';
import { quoteName, toCamelCase, toSnakeCase } from './field-names.js';
import { allowedFor } from './fields.js';

/** One thing that is wrong with a configuration. */
export interface Problem {
  /** Where: the fields from the outermost in, as they were spelt. */
  readonly path: readonly PropertyKey[];
  readonly text: string;
  /** Where it is another line than that of the field at `path`. */
  readonly line?: number | undefined;
}

/** What messages about one configuration need besides its issues. */
export interface ProblemContext {
  readonly input: unknown;
  readonly strategyNames: readonly string[];
  /** The fields there are where unknown ones are refused, in camelCase. */
  readonly names: readonly string[];
  /** Whether to suggest snake_case, as files have it, whatever the misspelt name looks like. */
  readonly prefersSnakeCase: boolean;
}

const NO_LONGER_READ =
  'null used to stand for an environment variable, and those are no longer read: ' +
  'give the value itself, or leave the field out for the default';

/** Settings that had an environment variable to fall back to. */
const ONCE_IN_ENVIRONMENT = ['cacheStrategy', 'cacheFileLocking', 'useFileLocking', 'cacheRoot', 'cachePath'];

/** Fields of former versions and of other packages, and what to write instead. */
const FORMER_FIELDS: Readonly<Record<string, string>> = {
  enableStatistics: 'statistics are always kept: leave it out',
  defaultTtl: 'allowed are defaultTtlSeconds and defaultTtlHours',
  ttl: 'allowed are defaultTtlSeconds and defaultTtlHours',
  maxSize: 'allowed are maxSizeMb and maxSizeBytes',
};

/** What is wrong, one problem a field, in the order of the issues. */
export function describeIssues(issues: readonly z.core.$ZodIssue[], context: ProblemContext): Problem[] {
  const problems = new Map<string, Problem>();
  for (const problem of issues.flatMap((issue) => describeIssue(issue, context))) {
    const id = JSON.stringify(problem.path.map(String));
    if (!problems.has(id)) problems.set(id, problem);
  }
  return [...problems.values()];
}

/** @param lineOf the line of a path, where the configuration is a file */
export function configError(
  owner: string,
  problems: readonly Problem[],
  lineOf?: (path: readonly PropertyKey[]) => number | undefined,
): CacheError {
  const lines = problems
    .map(({ path, text, line = lineOf?.(path) }) => ({ line, text }))
    .sort((a, b) => (a.line ?? Number.MAX_VALUE) - (b.line ?? Number.MAX_VALUE));
  const [first] = lines;
  if (lines.length === 1 && first !== undefined) {
    const where = first.line === undefined ? owner : `${owner}, line ${first.line}`;
    return new CacheError('CACHE_INVALID_CONFIG', `${where}: ${first.text}`);
  }
  const list = lines.map(({ line, text }) => `\n  ${line === undefined ? '' : `line ${line}: `}${text}`);
  return new CacheError('CACHE_INVALID_CONFIG', `${owner}: ${lines.length} problems${list.join('')}`);
}

function describeIssue(issue: z.core.$ZodIssue, context: ProblemContext): Problem[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], text: describeUnknown(path, key, context) }));
  }
  const field = path.at(-1);
  if (field === undefined) {
    return [{ path, text: `the configuration is ${describeFound(context.input)}; allowed is an object` }];
  }
  // A refinement of one field is told like every other check of it; only conflicts between fields have their own text.
  if (issue.code === 'custom' && issue.message !== allowedFor(String(field), context.strategyNames)) {
    return [{ path, text: `${prefixOf(path.slice(0, -1))}${issue.message}` }];
  }
  return [{ path, text: describeMismatch(path, String(field), context) }];
}

function describeMismatch(path: readonly PropertyKey[], field: string, context: ProblemContext): string {
  const value = valueAt(context.input, path);
  const name = toCamelCase(field);
  const text = `${path.map(String).join('.')} is ${describeFound(value)}; allowed is ${allowedFor(field, context.strategyNames)}`;
  if (value === null && ONCE_IN_ENVIRONMENT.includes(name)) return `${text}; ${NO_LONGER_READ}`;
  const nearest = name === 'cacheStrategy' && typeof value === 'string' && nearestName(value, context.strategyNames);
  return nearest ? `${text}; did you mean '${nearest}'?` : text;
}

function describeUnknown(path: readonly PropertyKey[], key: string, context: ProblemContext): string {
  const isSnakeCase = context.prefersSnakeCase || key.includes('_');
  const spell = (name: string) => (isSnakeCase ? toSnakeCase(name) : name);
  const text = `there is no field ${quoteName(`${prefixOf(path)}${key}`)}`;
  const name = toCamelCase(key);
  const former = Object.hasOwn(FORMER_FIELDS, name) ? FORMER_FIELDS[name] : undefined;
  if (former !== undefined) return `${text}; ${former}`;
  const names = context.names.map(spell);
  const nearest = nearestName(key, names);
  return nearest === undefined
    ? `${text}; allowed are ${names.join(', ')}`
    : `${text}; did you mean '${prefixOf(path)}${nearest}'?`;
}

/** Objects and functions by their type alone; everything else as `describeValue` has it. */
function describeFound(value: unknown): string {
  return typeof value === 'bigint' ? `the bigint ${value}n` : describeValue(value);
}

function prefixOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `${String(part)}.`).join('');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}
