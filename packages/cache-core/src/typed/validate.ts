import { CacheError } from '../errors.js';
import { isPromiseLike } from '../key-queue.js';
import { printableKey } from '../observation.js';
import { describeValue } from '../options.js';
import type { Awaitable } from '../store-access.js';
import type { SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.js';

/** What the schema makes of a value. @throws CacheError `CACHE_INVALID_VALUE`, or what the schema itself throws */
export function validate(schema: StandardSchema, key: string, value: unknown): Awaitable<unknown> {
  const result = schema['~standard'].validate(value);
  return isPromiseLike(result) ? result.then((late) => outputOf(late, key)) : outputOf(result, key);
}

function outputOf(result: SchemaResult<unknown>, key: string): unknown {
  if (result.issues === undefined) return result.value;
  const [first] = result.issues;
  const more = result.issues.length > 1 ? `, and in ${result.issues.length - 1} more ways` : '';
  throw new CacheError(
    'CACHE_INVALID_VALUE',
    `the value of ${printableKey(key)} does not fit its schema${placeOf(first)}${more}`,
    { key },
  );
}

/** The path alone: some libraries quote the value in their messages. */
function placeOf(issue: SchemaIssue | undefined): string {
  const path = issue?.path ?? [];
  if (path.length === 0) return '';
  return ` at ${describeValue(path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'))}`;
}
