import { CacheError } from './errors.js';
import { kindOf, MAX_VALUE_DEPTH, plainKeys, setOwn, sparseIndicesOf, tooDeep, unserializable } from './value-kind.js';

/**
 * JSON for values that plain JSON would change. An object whose own key is `$` is a tag: `{"$":"date","v":0}`; a plain
 * object that has such a key is itself written as a tag, so nothing a caller stores can be mistaken for one.
 *
 * So is one with a key that JSON writes with an escape, its keys as values: in Node 24 to 26, `JSON.parse` gives such a key
 * the name of another one, if an object with that has been parsed before (https://github.com/nodejs/node/issues/63785).
 */
const TAG = '$';

/** What JSON may write with an escape: quotes, backslashes, control characters, halves of surrogate pairs. */
const ESCAPED = /["\\\p{Cc}\p{Cs}]/u;

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Tagged = { readonly [TAG]: string; readonly v: unknown };

const TYPED_ARRAYS: Record<string, new (buffer: ArrayBuffer) => NodeJS.TypedArray> = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  // Since Node 24.
  ...('Float16Array' in globalThis ? { Float16Array: Reflect.get(globalThis, 'Float16Array') } : {}),
};

/** @throws CacheError `CACHE_UNSERIALIZABLE` */
export function encodeTagged(value: unknown): Json {
  return encode(value, 0);
}

function encode(value: unknown, depth: number): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : tag('number', Object.is(value, -0) ? '-0' : `${value}`);
    case 'bigint':
      return tag('bigint', value.toString());
    case 'undefined':
      return tag('undefined', null);
    case 'object':
      return value === null ? null : encodeObject(value, depth + 1);
    default:
      throw unserializable(`a ${typeof value}`);
  }
}

function encodeObject(value: object, depth: number): Json {
  if (depth > MAX_VALUE_DEPTH) throw tooDeep();
  switch (kindOf(value)) {
    case 'array':
      return encodeArray(value as unknown[], depth);
    case 'object':
      return encodeRecord(value as Record<string, unknown>, depth);
    case 'nullPrototypeObject':
      return tag('nullPrototypeObject', encodeEntries(value as Record<string, unknown>, depth));
    case 'date': {
      const time = (value as Date).getTime();
      return tag('date', Number.isNaN(time) ? null : time);
    }
    case 'map':
      return tag(
        'map',
        Array.from(value as Map<unknown, unknown>, ([key, item]) => [encode(key, depth), encode(item, depth)]),
      );
    case 'set':
      return tag(
        'set',
        Array.from(value as Set<unknown>, (item) => encode(item, depth)),
      );
    case 'regexp': {
      const { source, flags, lastIndex } = value as RegExp;
      return tag('regexp', [source, flags, lastIndex]);
    }
    case 'buffer':
      return tag('Buffer', toBase64(value as Buffer, 1));
    case 'typedArray':
      return encodeTypedArray(value as NodeJS.TypedArray);
    case 'arrayBuffer':
      return tag('ArrayBuffer', toBase64(new Uint8Array(value as ArrayBuffer), 1));
    case 'dataView': {
      const { buffer, byteOffset, byteLength } = value as DataView;
      return tag('DataView', toBase64(new Uint8Array(buffer, byteOffset, byteLength), 1));
    }
  }
}

function encodeArray(value: readonly unknown[], depth: number): Json {
  const sparseIndices = sparseIndicesOf(value);
  if (sparseIndices === undefined) return value.map((item) => encode(item, depth));
  return tag('sparseArray', [value.length, sparseIndices.map((index) => [index, encode(value[index], depth)])]);
}

function encodeRecord(value: Record<string, unknown>, depth: number): Json {
  const keys = plainKeys(value);
  if (Object.hasOwn(value, TAG) || keys.some(isEscaped)) return tag('object', encodeEntries(value, depth));
  const result: { [key: string]: Json } = {};
  for (const key of keys) setOwn(result, key, encode(value[key], depth));
  return result;
}

function isEscaped(key: string): boolean {
  return ESCAPED.test(key);
}

/** Whether an object in a value that is plain JSON has a key that JSON writes with an escape. */
export function hasEscapedKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasEscapedKey);
  const record = value as Record<string, unknown>;
  for (const key in record) if (isEscaped(key) || hasEscapedKey(record[key])) return true;
  return false;
}

function encodeEntries(value: Record<string, unknown>, depth: number): Json {
  return plainKeys(value).map((key) => [key, encode(value[key], depth)]);
}

function encodeTypedArray(value: NodeJS.TypedArray): Json {
  const name = value[Symbol.toStringTag];
  if (!Object.hasOwn(TYPED_ARRAYS, name)) throw unserializable(`a ${name}`);
  return tag(name, toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), value.BYTES_PER_ELEMENT));
}

function tag(name: string, value: Json): Json {
  return { [TAG]: name, v: value };
}

/** @throws CacheError `CACHE_CORRUPT_ENTRY` for a tag that this version does not write */
export function decodeTagged(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) {
    for (let index = 0; index < json.length; index++) json[index] = decodeTagged(json[index]);
    return json;
  }
  if (isTagged(json)) return decodeTag(json[TAG], json.v);
  const record = json as Record<string, unknown>;
  for (const key of Object.keys(record)) setOwn(record, key, decodeTagged(record[key]));
  return record;
}

function isTagged(json: object): json is Tagged {
  return Object.hasOwn(json, TAG);
}

function decodeTag(name: string, value: unknown): unknown {
  switch (name) {
    case 'undefined':
      return undefined;
    case 'number':
      return Number(text(value));
    case 'bigint':
      return BigInt(text(value));
    case 'date':
      return new Date(value === null ? Number.NaN : Number(value));
    case 'map':
      return new Map(pairs(value).map(([key, item]) => [decodeTagged(key), decodeTagged(item)]));
    case 'set':
      return new Set(list(value).map(decodeTagged));
    case 'regexp': {
      const [source, flags, lastIndex] = list(value);
      const pattern = new RegExp(text(source), text(flags));
      pattern.lastIndex = Number(lastIndex);
      return pattern;
    }
    case 'object':
      return fromEntries({}, value);
    case 'nullPrototypeObject':
      return fromEntries(Object.create(null), value);
    case 'sparseArray': {
      const [length, items] = list(value);
      const array = new Array<unknown>(Number(length));
      for (const [index, item] of pairs(items)) array[Number(index)] = decodeTagged(item);
      return array;
    }
    case 'Buffer':
      return Buffer.from(text(value), 'base64');
    case 'ArrayBuffer':
      return fromBase64(text(value), 1);
    case 'DataView':
      return new DataView(fromBase64(text(value), 1));
    default:
      return decodeTypedArray(name, text(value));
  }
}

function decodeTypedArray(name: string, base64: string): NodeJS.TypedArray {
  const TypedArray = Object.hasOwn(TYPED_ARRAYS, name) ? TYPED_ARRAYS[name] : undefined;
  if (TypedArray === undefined) throw corrupt(`an unknown type tag ${JSON.stringify(name.slice(0, 40))}`);
  const { BYTES_PER_ELEMENT } = TypedArray as unknown as { BYTES_PER_ELEMENT: number };
  return new TypedArray(fromBase64(base64, BYTES_PER_ELEMENT));
}

function fromEntries(target: Record<string, unknown>, entries: unknown): Record<string, unknown> {
  for (const [key, item] of pairs(entries)) setOwn(target, text(key), decodeTagged(item));
  return target;
}

/** Elements are written little-endian, so that a store moved to another machine reads the same numbers. */
function toBase64(bytes: Uint8Array, bytesPerElement: number): string {
  const copy = Buffer.from(bytes);
  return swapIfBigEndian(copy, bytesPerElement).toString('base64');
}

function fromBase64(base64: string, bytesPerElement: number): ArrayBuffer {
  const bytes = swapIfBigEndian(Buffer.from(base64, 'base64'), bytesPerElement);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

function swapIfBigEndian(bytes: Buffer, bytesPerElement: number): Buffer {
  if (IS_LITTLE_ENDIAN) return bytes;
  if (bytesPerElement === 2) return bytes.swap16();
  if (bytesPerElement === 4) return bytes.swap32();
  return bytesPerElement === 8 ? bytes.swap64() : bytes;
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw corrupt(`a tag with ${typeof value} where text belongs`);
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw corrupt(`a tag with ${typeof value} where a list belongs`);
}

function pairs(value: unknown): [unknown, unknown][] {
  return list(value).map((pair) => {
    const [first, second] = list(pair);
    return [first, second];
  });
}

function corrupt(what: string): CacheError {
  return new CacheError('CACHE_CORRUPT_ENTRY', `the payload holds ${what}`);
}
