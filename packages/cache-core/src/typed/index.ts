export type {
  SchemaInput,
  SchemaIssue,
  SchemaOutput,
  SchemaResult,
  StandardSchema,
} from './standard-schema.js';
export { type TypedOptions, typed } from './typed.js';
export { TypedCache, type TypedFactory, type TypedFactoryContext } from './typed-cache.js';
