import type { z } from 'zod';
import { allowedFor } from './fields.js';
import { configError, describeIssues, type Problem } from './problems.js';

/** A file, as far as messages need to know it. */
export interface ConfigFile {
  readonly lineOf: (path: readonly PropertyKey[]) => number | undefined;
  /** Faults that the schema can't see. */
  readonly problems: readonly Problem[];
  /** Fields with nothing after their colon: as `null`, they would turn a limit off by an oversight. */
  readonly emptyFields: readonly (readonly string[])[];
}

export interface ParseContext {
  /** What messages begin with: a function's name, or a file's path. */
  readonly owner: string;
  readonly strategyNames: readonly string[];
  /** The fields there are where unknown ones are refused, in camelCase. */
  readonly names: readonly string[];
  readonly file?: ConfigFile | undefined;
}

/**
 * Validates a configuration.
 * @throws CacheError `CACHE_INVALID_CONFIG` that lists every problem
 */
export function parseConfig<T>(schema: z.ZodType<T>, input: unknown, context: ParseContext): T {
  const { owner, strategyNames, names, file } = context;
  const result = schema.safeParse(input);
  const found = result.success
    ? []
    : describeIssues(result.error.issues, { input, strategyNames, names, prefersSnakeCase: file !== undefined });
  const empty = (file?.emptyFields ?? []).map((path) => {
    const allowed = allowedFor(path.at(-1) ?? '', strategyNames);
    return { path, text: `${path.join('.')} has no value; allowed is ${allowed}` };
  });
  const problems = [...(file?.problems ?? []), ...empty];
  problems.push(...found.filter(({ path }) => !problems.some((known) => isSamePath(known.path, path))));
  if (!result.success || problems.length > 0) throw configError(owner, problems, file?.lineOf);
  return result.data;
}

function isSamePath(a: readonly PropertyKey[], b: readonly PropertyKey[]): boolean {
  return a.length > 0 && a.length === b.length && a.every((part, index) => part === b[index]);
}
