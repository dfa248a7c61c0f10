import { CacheError } from '../errors.js';
import { CACHE_PARTS } from '../fitting.js';
import { checkOptions, describeValue } from '../options.js';
import type { CacheManager } from '../types.js';
import type { SchemaInput, SchemaOutput, StandardSchema } from './standard-schema.js';
import { TypedCache, withoutParts } from './typed-cache.js';

export interface TypedOptions<K extends string, A extends readonly unknown[]> {
  /**
   * What values mean, as text or a number: entries of another version are misses, whatever their values look like. Kept
   * as a tag of the entry. @default none: every value that fits will do
   */
  version?: string | number | undefined;
  /** Makes a key of what it stands for, and says which keys there are: only those are taken. @default any text */
  key?: ((...args: A) => K) | undefined;
}

const OPTION_RULES = {
  version: (value: unknown) =>
    Number.isFinite(value) || (typeof value === 'string' && value !== '' && value.isWellFormed())
      ? undefined
      : 'a number, or text that is not empty',
  key: (value: unknown) => (typeof value === 'function' ? undefined : 'a function that makes a key'),
};

/**
 * A view of a cache, or of a namespace, whose values fit a schema.
 * @param schema of zod, valibot, arktype, or any library of Standard Schema
 * @throws CacheError `CACHE_INVALID_CONFIG`
 */
export function typed<S extends StandardSchema, K extends string = string, A extends readonly unknown[] = [key: K]>(
  cache: CacheManager,
  schema: S,
  options: TypedOptions<K, A> = {},
): TypedCache<SchemaInput<S>, SchemaOutput<S>, K, A> {
  checkOptions('typed', options, OPTION_RULES);
  if (typeof cache !== 'object' || cache === null || !(CACHE_PARTS in cache)) throw withoutParts(cache);
  if (!isSchema(schema)) {
    const allowed =
      'a schema that follows Standard Schema, version 1: of zod from 3.24, valibot from 1, arktype from 2';
    throw new CacheError(
      'CACHE_INVALID_CONFIG',
      `typed: the schema is ${describeValue(schema)}; allowed is ${allowed}`,
    );
  }
  const { version, key = (...[given]: A) => given as K } = options;
  return new TypedCache(cache, { schema, version, key });
}

function isSchema(schema: unknown): boolean {
  if ((typeof schema !== 'object' && typeof schema !== 'function') || schema === null) return false;
  const standard: unknown = Reflect.get(schema, '~standard');
  return typeof standard === 'object' && standard !== null && typeof Reflect.get(standard, 'validate') === 'function';
}
