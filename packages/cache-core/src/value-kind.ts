import { CacheError } from './errors.js';
import { nodeModule } from './node-module.js';

const { types } = nodeModule('node:util');

/** The kinds of object that come back equal and of their own type from every backend. */
export type ObjectKind =
  | 'array'
  | 'object'
  | 'nullPrototypeObject'
  | 'date'
  | 'map'
  | 'set'
  | 'regexp'
  | 'buffer'
  | 'typedArray'
  | 'arrayBuffer'
  | 'dataView';

/** Most levels of objects in a value. Deeper ones, cycles among them, are refused: no codec could walk them without end or overflow. */
export const MAX_VALUE_DEPTH = 1_000;

const { getPrototypeOf, hasOwn, keys: ownKeys, getOwnPropertySymbols } = Object;

/**
 * The kind of an object.
 * @throws CacheError `CACHE_UNSERIALIZABLE` for instances of classes, functions and whatever else would come back changed
 */
export function kindOf(value: object): ObjectKind {
  if (Array.isArray(value)) {
    if (getPrototypeOf(value) === Array.prototype || inherits(value, 2)) return 'array';
    throw unserializable(`an instance of ${className(value)}`);
  }
  const prototype: unknown = getPrototypeOf(value);
  if (prototype === Object.prototype) return 'object';
  if (prototype === null) return 'nullPrototypeObject';
  return kindOfOther(value);
}

function kindOfOther(value: object): ObjectKind {
  const prototype: object = getPrototypeOf(value);
  // The `Object.prototype` of another realm (a vm context, jest's sandbox) is none of ours but looks like it.
  if (getPrototypeOf(prototype) === null && hasOwn(prototype, 'isPrototypeOf') && !types.isProxy(value))
    return 'object';
  const kind = builtInKind(value);
  if (kind === undefined) throw unserializable(`an instance of ${className(value)}`);
  return kind;
}

function builtInKind(value: object): ObjectKind | undefined {
  // Names among the indices of bytes are not looked for: listing a million indices would cost more than the copy.
  if (Buffer.isBuffer(value)) return inherits(value, 4) ? withoutSymbols(value, 'buffer') : undefined;
  if (types.isTypedArray(value)) return inherits(value, 3) ? withoutSymbols(value, 'typedArray') : undefined;
  // A subclass has a longer chain of prototypes, and would come back as its parent.
  if (!inherits(value, 2)) return undefined;
  if (types.isDate(value)) return withoutExtras(value, 'date');
  if (types.isMap(value)) return withoutExtras(value, 'map');
  if (types.isSet(value)) return withoutExtras(value, 'set');
  if (types.isRegExp(value)) return withoutExtras(value, 'regexp');
  if (types.isArrayBuffer(value)) return withoutExtras(value, 'arrayBuffer');
  if (types.isDataView(value)) return withoutExtras(value, 'dataView');
  return undefined;
}

function inherits(value: object, levels: number): boolean {
  let prototype: object | null = value;
  for (let level = 0; level <= levels && prototype !== null; level++) prototype = getPrototypeOf(prototype);
  return prototype === null;
}

function withoutExtras(value: object, kind: ObjectKind): ObjectKind {
  if (ownKeys(value).length > 0) throw unserializable(`a ${kind} with properties of its own`);
  return withoutSymbols(value, kind);
}

function withoutSymbols(value: object, kind: ObjectKind): ObjectKind {
  refuseSymbolKeys(value);
  return kind;
}

/** @throws CacheError if there are symbol keys, which JSON and clones would drop */
export function refuseSymbolKeys(value: object): void {
  if (getOwnPropertySymbols(value).length > 0) throw unserializable('an object with a symbol as key');
}

/** Own enumerable string keys. @throws CacheError if there are symbol keys */
export function plainKeys(value: object): string[] {
  refuseSymbolKeys(value);
  return ownKeys(value);
}

/**
 * The indices present in an array with holes, `undefined` for one without.
 * @throws CacheError if an array carries named properties, as the result of `String.match` does
 */
export function sparseIndicesOf(value: readonly unknown[]): number[] | undefined {
  const keys = plainKeys(value);
  const { length } = value;
  // Keys come with the indices first and ascending: the last index at its place means that all are there.
  if (keys.length === length && (length === 0 || keys[length - 1] === String(length - 1))) return undefined;
  return keys.map((key) => {
    const index = Number(key);
    if (String(index >>> 0) !== key || index >= length) throw unserializable('an array with named properties');
    return index;
  });
}

/** Sets an own property, also one that assignment would take for the prototype. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
}

export function unserializable(what: string): CacheError {
  return new CacheError(
    'CACHE_UNSERIALIZABLE',
    `the value holds ${what}, which would not come back equal; allowed are JSON types, undefined inside a value, ` +
      'bigint, Date, Map, Set, RegExp, Buffer, typed arrays, ArrayBuffer and DataView',
  );
}

export function tooDeep(): CacheError {
  return unserializable(`a cycle, or more than ${MAX_VALUE_DEPTH} levels`);
}

function className(value: object): string {
  const maker: unknown = Reflect.get(value, 'constructor');
  const name = typeof maker === 'function' ? maker.name : '';
  return /^[\w$]{1,60}$/.test(name) ? name : 'a class';
}
