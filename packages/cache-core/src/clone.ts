import { kindOf, MAX_VALUE_DEPTH, plainKeys, setOwn, sparseIndicesOf, tooDeep, unserializable } from './value-kind.js';

/**
 * A deep copy that shares nothing mutable with `value`, of the types that every backend can hold.
 * @throws CacheError `CACHE_UNSERIALIZABLE` for what would not come back equal: functions, symbols, class instances, cycles
 */
export function cloneValue<T>(value: T): T;
export function cloneValue(value: unknown): unknown {
  return clone(value, 0);
}

function clone(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) {
    if (typeof value === 'function' || typeof value === 'symbol') throw unserializable(`a ${typeof value}`);
    return value;
  }
  if (depth > MAX_VALUE_DEPTH) throw tooDeep();
  switch (kindOf(value)) {
    case 'array':
      return cloneArray(value as unknown[], depth + 1);
    case 'object':
      return cloneObject(value as Record<string, unknown>, {}, depth + 1);
    case 'nullPrototypeObject':
      return cloneObject(value as Record<string, unknown>, Object.create(null), depth + 1);
    case 'date':
      return new Date((value as Date).getTime());
    case 'map': {
      const copy = new Map<unknown, unknown>();
      for (const [key, item] of value as Map<unknown, unknown>) copy.set(clone(key, depth + 1), clone(item, depth + 1));
      return copy;
    }
    case 'set': {
      const copy = new Set<unknown>();
      for (const item of value as Set<unknown>) copy.add(clone(item, depth + 1));
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
  }
}

function cloneArray(source: readonly unknown[], depth: number): unknown[] {
  const { length } = source;
  const copy = new Array<unknown>(length);
  const sparseIndices = sparseIndicesOf(source);
  if (sparseIndices === undefined)
    for (let index = 0; index < length; index++) copy[index] = clone(source[index], depth);
  else for (const index of sparseIndices) copy[index] = clone(source[index], depth);
  return copy;
}

function cloneObject(
  source: Record<string, unknown>,
  target: Record<string, unknown>,
  depth: number,
): Record<string, unknown> {
  const keys = plainKeys(source);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    const item = source[key];
    if (key === '__proto__') setOwn(target, key, clone(item, depth));
    else target[key] = typeof item === 'object' ? clone(item, depth) : clonePrimitive(item);
  }
  return target;
}

function clonePrimitive(value: unknown): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') throw unserializable(`a ${typeof value}`);
  return value;
}
