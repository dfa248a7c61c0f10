import {
  kindOf,
  MAX_VALUE_DEPTH,
  type ObjectKind,
  refuseSymbolKeys,
  setOwn,
  sparseIndicesOf,
  tooDeep,
  unserializable,
} from './value-kind.js';

const { getPrototypeOf, hasOwn, keys: ownKeys } = Object;

/**
 * A deep copy that shares nothing mutable with `value`, of the types that every backend can hold.
 * @throws CacheError `CACHE_UNSERIALIZABLE` for what would not come back equal: functions, symbols, class instances, cycles
 */
export function cloneValue<T>(value: T): T;
export function cloneValue(value: unknown): unknown {
  return clonePart(value, 0);
}

/**
 * A deep copy of what {@link cloneValue} has made, which nobody else can have changed: several times faster, because
 * nothing is checked.
 */
export function copyValue<T>(value: T): T;
export function copyValue(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? copyObject(value, nothingIsInherited()) : value;
}

/**
 * Whether `for … in` shows only what an object has of its own, which is faster than a list of the keys: whoever put
 * something on Object.prototype must not find it in every value. Nobody can while plain data is copied, so that to ask
 * once is enough, and a third faster than to ask of each key.
 */
function nothingIsInherited(): boolean {
  for (const _ in {}) return false;
  return true;
}

function clonePart(value: unknown, depth: number): unknown {
  if (typeof value === 'object' && value !== null) return cloneObject(value, depth);
  if (typeof value === 'function' || typeof value === 'symbol') throw unserializable(`a ${typeof value}`);
  return value;
}

function cloneObject(value: object, depth: number): unknown {
  if (depth >= MAX_VALUE_DEPTH) throw tooDeep();
  const kind = kindOf(value);
  if (kind === 'object') return cloneRecord(value as Record<string, unknown>, {}, depth + 1);
  if (kind === 'array') return cloneArray(value as unknown[], depth + 1);
  if (kind === 'nullPrototypeObject') {
    return cloneRecord(value as Record<string, unknown>, Object.create(null), depth + 1);
  }
  return rebuild(value, kind, (item) => clonePart(item, depth + 1));
}

function cloneRecord(
  source: Record<string, unknown>,
  target: Record<string, unknown>,
  depth: number,
): Record<string, unknown> {
  refuseSymbolKeys(source);
  // Not asked once as for a copy: a getter is code, which may put something on Object.prototype meanwhile.
  for (const key in source) {
    if (!hasOwn(source, key)) continue;
    const item = source[key];
    const copy = clonePart(item, depth);
    if (key === '__proto__') setOwn(target, key, copy);
    else target[key] = copy;
  }
  return target;
}

function cloneArray(source: readonly unknown[], depth: number): unknown[] {
  const { length } = source;
  const copy = new Array<unknown>(length);
  const sparseIndices = sparseIndicesOf(source);
  if (sparseIndices !== undefined) {
    for (const index of sparseIndices) copy[index] = clonePart(source[index], depth);
    return copy;
  }
  for (let index = 0; index < length; index++) copy[index] = clonePart(source[index], depth);
  return copy;
}

function copyObject(value: object, isAllOwn: boolean): unknown {
  if (Array.isArray(value)) return copyArray(value, isAllOwn);
  const prototype: unknown = getPrototypeOf(value);
  if (prototype === Object.prototype) return copyRecord(value as Record<string, unknown>, {}, isAllOwn);
  if (prototype === null) return copyRecord(value as Record<string, unknown>, Object.create(null), isAllOwn);
  return rebuild(value, kindOf(value), copyValue);
}

/** @param isAllOwn see {@link nothingIsInherited} */
function copyRecord(
  source: Record<string, unknown>,
  target: Record<string, unknown>,
  isAllOwn: boolean,
): Record<string, unknown> {
  for (const key in source) {
    if (!isAllOwn && !hasOwn(source, key)) continue;
    const item = source[key];
    const copy = typeof item === 'object' && item !== null ? copyObject(item, isAllOwn) : item;
    if (key === '__proto__') setOwn(target, key, copy);
    else target[key] = copy;
  }
  return target;
}

function copyArray(source: readonly unknown[], isAllOwn: boolean): unknown[] {
  const { length } = source;
  const copy = new Array<unknown>(length);
  for (let index = 0; index < length; index++) {
    const item = source[index];
    if (typeof item === 'object' && item !== null) copy[index] = copyObject(item, isAllOwn);
    else if (item !== undefined || index in source) copy[index] = item;
    else return copySparseArray(source);
  }
  return copy;
}

/** By the indices present: an array may claim four thousand million elements and hold one. */
function copySparseArray(source: readonly unknown[]): unknown[] {
  const copy = new Array<unknown>(source.length);
  for (const key of ownKeys(source)) copy[Number(key)] = copyValue(source[Number(key)]);
  return copy;
}

/** A copy of an object that is no plain data; `part` copies what a collection holds. */
function rebuild(value: object, kind: ObjectKind, part: (item: unknown) => unknown): unknown {
  switch (kind) {
    case 'date':
      return new Date((value as Date).getTime());
    case 'map': {
      const copy = new Map<unknown, unknown>();
      for (const [key, item] of value as Map<unknown, unknown>) copy.set(part(key), part(item));
      return copy;
    }
    case 'set': {
      const copy = new Set<unknown>();
      for (const item of value as Set<unknown>) copy.add(part(item));
      return copy;
    }
    case 'regexp': {
      const { source, flags, lastIndex } = value as RegExp;
      const copy = new RegExp(source, flags);
      copy.lastIndex = lastIndex;
      return copy;
    }
    case 'buffer':
      return Buffer.from(value as Buffer);
    case 'typedArray':
      return (value as Uint8Array).slice();
    case 'arrayBuffer':
      return (value as ArrayBuffer).slice(0);
    case 'dataView': {
      const { buffer, byteOffset, byteLength } = value as DataView;
      return new DataView(buffer.slice(byteOffset, byteOffset + byteLength));
    }
    default:
      throw unserializable(`an object of the kind ${kind}`);
  }
}
