import { CacheError, isCacheError } from './errors.js';
import { kindOf, MAX_VALUE_DEPTH, plainKeys, sparseIndicesOf } from './value-kind.js';

/**
 * Text that is the same for equal values and different for different ones, types included: `1` and `'1'`, `null` and
 * `undefined`, `0` and `-0` all differ. The order of object keys, map entries and set members does not matter.
 * @throws CacheError `CACHE_INVALID_KEY` for what has no content to compare: functions, symbols, class instances, cycles
 */
export function canonicalText(value: unknown): string {
  try {
    return write(value, 0);
  } catch (error) {
    if (!isCacheError(error, 'CACHE_UNSERIALIZABLE')) throw error;
    throw new CacheError('CACHE_INVALID_KEY', `a cache key can't be made of this: ${error.message}`, { cause: error });
  }
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      // Escapes lone surrogates, which hashing as UTF-8 would turn into one and the same character.
      return JSON.stringify(value);
    case 'number':
      return Object.is(value, -0) ? '-0' : `${value}`;
    case 'bigint':
      return `${value}n`;
    case 'boolean':
    case 'undefined':
      return `${value}`;
    case 'object':
      return value === null ? 'null' : writeObject(value, depth + 1);
    default:
      throw new CacheError('CACHE_INVALID_KEY', `a cache key can't be made of a ${typeof value}`);
  }
}

function writeObject(value: object, depth: number): string {
  if (depth > MAX_VALUE_DEPTH) throw new CacheError('CACHE_INVALID_KEY', "a cache key can't be made of a cycle");
  const kind = kindOf(value);
  switch (kind) {
    case 'array': {
      const items = value as unknown[];
      const indices = sparseIndicesOf(items);
      if (indices === undefined) return `[${items.map((item) => write(item, depth)).join()}]`;
      return `sparse${items.length}[${indices.map((index) => `${index}:${write(items[index], depth)}`).join()}]`;
    }
    case 'object':
    case 'nullPrototypeObject': {
      const record = value as Record<string, unknown>;
      const fields = plainKeys(record).sort();
      return `{${fields.map((field) => `${JSON.stringify(field)}:${write(record[field], depth)}`).join()}}`;
    }
    case 'map':
      return `map{${Array.from(
        value as Map<unknown, unknown>,
        ([key, item]) => `${write(key, depth)}:${write(item, depth)}`,
      )
        .sort()
        .join()}}`;
    case 'set':
      return `set{${Array.from(value as Set<unknown>, (item) => write(item, depth))
        .sort()
        .join()}}`;
    case 'date':
      return `date(${(value as Date).getTime()})`;
    case 'regexp':
      return `regexp(${JSON.stringify((value as RegExp).source)},${(value as RegExp).flags})`;
    case 'arrayBuffer':
      return `${kind}(${Buffer.from(value as ArrayBuffer).toString('base64')})`;
    case 'buffer':
    case 'typedArray':
    case 'dataView': {
      const { buffer, byteOffset, byteLength } = value as NodeJS.ArrayBufferView;
      // A Buffer is bytes just as a Uint8Array is.
      const name = kind === 'typedArray' ? (value as NodeJS.TypedArray)[Symbol.toStringTag] : kind;
      const bytes = Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64');
      return `${name === 'buffer' ? 'Uint8Array' : name}(${bytes})`;
    }
  }
}
