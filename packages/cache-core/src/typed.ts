export type {
  SchemaInput,
  SchemaIssue,
  SchemaOutput,
  SchemaResult,
  StandardSchema,
} from './typed/standard-schema.js';
export { type TypedOptions, typed } from './typed/typed.js';
export { TypedCache, type TypedFactory, type TypedFactoryContext } from './typed/typed-cache.js';
